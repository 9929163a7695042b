; The NTFS boot record: the 8192 bytes of $Boot. Finds BOOTMGR in the volume's root directory, loads
; it to 2000:0000 and jumps there.
;
;   nasm -f bin -o ntfs-vbr.bin ntfs-vbr.asm
;
; Enters: the first sector at linear 7C00h, DL = drive.
; Leaves: at 2000:0000, DL = drive, DS:SI = 07C0:000B -> the BPB, this sector still at 0000:7C00 (the
;         boot manager takes its partition from the hidden sectors there), ES = FS = GS = SS = 0,
;         SP = 7C00h, interrupts on, direction forward.
;
; Memory while it runs:
;   05000..07BFF  stack
;   07C00..09BFF  this record
;   09C00..09FFF  variables
;   0A000..0AFFF  the base record of the file at hand
;   0B000..0BFFF  another record of it
;   0C000..0DFFF  a node of the root directory's index
;   10000..1FFFF  table of BOOTMGR's runs
;   20000..       BOOTMGR, at last; before that:
;   20000..4FFFF  table of $MFT's runs
;   50000..5FFFF  table of the runs of the root directory's index blocks
;   60000..6FFFF  the attribute list of the file at hand
;
; A table of runs has one paragraph for each run: first cluster (8 bytes), count of clusters (4); a
; count of 0 ends it. Tables are named by their segments.
;
; In stage 2 DS = 0 always, ES between routines too. Routines keep no register unless they say so;
; what is wrong with the disk ends in a message, never in a return.

bits 16
cpu 386
org 0x7C00

; The fields of the boot sector, which the formatter fills.
BYTES_PER_SECTOR        equ 0x7C0B
SECTORS_PER_CLUSTER     equ 0x7C0D
HIDDEN_SECTORS          equ 0x7C1C
MFT_CLUSTER             equ 0x7C30
RECORD_SIZE             equ 0x7C40
INDEX_SIZE              equ 0x7C44

BOOT_SIZE               equ 8192
MARK                    equ 'vhdb'      ; where the second sector begins

; No more at a time, since BIOSes differ in what they allow (64 KiB, 127 sectors).
MOST_SECTORS            equ 64
TRIES                   equ 5

absolute 0x9C00
drive:                  resb 1
extensions:             resb 1
track_sectors:          resw 1
last_head:              resb 1
count:                  resw 1
cluster_sectors:        resd 1
cluster_bytes:          resd 1
record_bytes:           resd 1
record_sectors:         resd 1
index_bytes:            resd 1
index_sectors:          resd 1
index_unit:             resd 1          ; bytes that an index block's number counts in
memory_end:             resd 1          ; linear, of conventional memory
damage:                 resw 1          ; what to say when something is not as it must be
base_number:            resd 1          ; the record in BASE
other_number:           resd 1          ; the record in OTHER, or -1
list_length:            resw 1          ; bytes of the attribute list, 0: there is none
list_position:          resw 1
wanted_type:            resd 1
wanted_name:            resb 1          ; its length: 0, or 4 for $I30
resident:               resb 1
table:                  resw 1
table_end:              resw 1
slot:                   resw 1          ; the table's end mark
next_cluster:           resd 1          ; of the stream: how many clusters the table has
cluster:                resd 2          ; where the last run began
value:                  resw 1          ; where a resident value begins
value_size:             resd 1          ; bytes of a value, resident or not
value_size_high:        resd 1
initialised_size:       resd 1
node_end:               resw 1
depth:                  resb 1
file_number:            resd 1
file_sequence:          resw 1
variables_end:

BASE                    equ 0xA000
OTHER                   equ 0xB000
NODE                    equ 0xC000
MOST_RECORD_BYTES       equ 0x1000
MOST_INDEX_BYTES        equ 0x2000
MOST_CLUSTER_BYTES      equ 0x200000
MOST_LIST_BYTES         equ 0xF000

FILE_TABLE              equ 0x1000
FILE_TABLE_END          equ 0x2000
MFT_TABLE               equ 0x2000
MFT_TABLE_END           equ 0x5000
DIRECTORY_TABLE         equ 0x5000
DIRECTORY_TABLE_END     equ 0x6000
LIST                    equ 0x6000
LIST_END                equ 0x7000
BOOTMGR_SEGMENT         equ 0x2000
BOOTMGR_ADDRESS         equ 0x20000

ATTRIBUTE_LIST          equ 0x20
DATA                    equ 0x80
INDEX_ROOT              equ 0x90
INDEX_ALLOCATION        equ 0xA0
NO_NAME                 equ 0
I30                     equ 4

MFT_RECORD              equ 0
ROOT_RECORD             equ 5
MOST_DEPTH              equ 32

section .text

; ---------------------------------------------------------------------------------------------
; Stage 1: the first sector reads the others.

        jmp     short start
        nop
        times 0x54 - ($ - $$) db 0      ; the formatter's
start:
        xor     ax, ax
        mov     ss, ax
        mov     sp, 0x7C00
        mov     ds, ax
        mov     es, ax
        sti
        cld
        mov     [drive], dl
        mov     [extensions], al
        mov     ah, 0x41
        mov     bx, 0x55AA
        call    disk
        jc      .geometry
        cmp     bx, 0xAA55
        jne     .geometry
        and     cl, 1
        mov     [extensions], cl
.geometry:
        mov     ah, 8
        xor     di, di
        call    disk
        jnc     .told
        xor     cx, cx
.told:
        and     cx, byte 0x3F
        mov     [track_sectors], cx     ; 0 where the BIOS does not tell
        mov     [last_head], dh

        movzx   edi, word [BYTES_PER_SECTOR]
        mov     ax, BOOT_SIZE
        xor     dx, dx
        div     di
        xchg    cx, ax
        dec     cx
        add     di, 0x7C00
        xor     eax, eax
        cdq
        inc     ax
        call    read_sectors
        mov     si, incomplete
        cmp     dword [second_sector], MARK
        jne     fail
        jmp     stage_2

; INT 13h for our drive.
disk:
        mov     dl, [drive]
        int     0x13
        push    ds
        pop     es
        sti
        ret

put_character:
        mov     ah, 0x0E
        mov     bx, 7
        int     0x10
print:
        lodsb
        test    al, al
        jnz     put_character
        ret

; Reads CX (not 0) sectors from sector EDX:EAX of the volume on to linear address EDI, which lies
; on a sector's multiple. Returns EDI behind them.
read_sectors:
        add     eax, [HIDDEN_SECTORS]
        adc     edx, byte 0
        mov     [packet.lba], eax
        mov     [packet.lba + 4], edx
.part:
        mov     bp, TRIES
.try:
        mov     [packet.offset], edi
        shl     word [packet.segment], 12
        mov     ax, di                  ; no further than the next 64 KiB line
        neg     ax
        jnz     .room
        mov     ah, 0x80
.room:
        xor     dx, dx
        div     word [BYTES_PER_SECTOR]
        cmp     ax, cx
        jbe     .fits
        mov     ax, cx
.fits:
        mov     [packet.count], ax
        mov     [count], ax
        pushad
        mov     si, packet
        mov     ah, 0x42
        cmp     byte [extensions], 0
        jne     .call

        mov     eax, [packet.lba]
        mov     edx, [packet.lba + 4]
        movzx   ebx, word [track_sectors]
        cmp     edx, ebx
        jae     read_failed
        div     ebx                     ; EAX = track, EDX = sector in it, from 0
        mov     cx, dx
        inc     cx
        sub     bx, dx
        cmp     [count], bx
        jbe     .in_track
        mov     [count], bx
.in_track:
        xor     edx, edx
        movzx   ebx, byte [last_head]
        inc     bx
        div     ebx                     ; EAX = cylinder, EDX = head
        cmp     eax, 1023
        ja      read_failed
        mov     dh, dl
        mov     ch, al
        shl     ah, 6
        or      cl, ah
        les     bx, [packet.offset]
        mov     al, [count]
        mov     ah, 2
.call:
        call    disk
        jnc     read_done
        xor     ah, ah
        call    disk
        popad
        dec     bp
        jnz     .try
        dec     byte [extensions]       ; some BIOSes promise them and do not have them
        jz      .part

read_failed:
        mov     si, read_error

; Says what is wrong (SI), waits for a key and lets the BIOS try the next device.
fail:
        call    print
        mov     si, ending
        call    print
        cbw
        int     0x16
        int     0x18
.halt:
        hlt
        jmp     .halt

read_done:
        popad
        movzx   eax, word [count]
        add     [packet.lba], eax
        adc     dword [packet.lba + 4], byte 0
        mov     bx, ax
        mul     word [BYTES_PER_SECTOR]
        add     edi, eax
        sub     cx, bx
        jnz     read_sectors.part
        ret

packet:
        db      16, 0
.count: dw      0
.offset: dw     0
.segment: dw    0
.lba:   dq      0

read_error:     db "Disk read error", 0
incomplete:     db "$Boot incomplete", 0
ending:         db 13, 10, "Press a key", 0

        times 0x1FE - ($ - $$) db 0
        dw      0xAA55

; ---------------------------------------------------------------------------------------------
; Stage 2: the other sectors know NTFS.

second_sector:
        dd      MARK

stage_2:
        jmp     0:.begin
.begin:
        mov     esp, 0x7C00
        mov     word [damage], mft_damaged
        int     0x12
        movzx   eax, ax
        shl     eax, 10
        mov     [memory_end], eax
        cmp     eax, LIST_END << 4
        mov     si, little_memory
        jb      fail
        call    measure

; The file table's own record, from where the boot sector says. Its attribute list, if any, can
; lead only to records that the extents before map.
        mov     dword [base_number], MFT_RECORD
        mov     eax, [MFT_CLUSTER]
        mov     ecx, [MFT_CLUSTER + 4]
        xor     edx, edx
        call    cluster_sector
        mov     cx, [record_sectors]
        mov     edi, BASE
        call    read
        mov     di, BASE
        call    check_record
        call    open_base
        mov     dword [wanted_type], DATA
        mov     byte [wanted_name], NO_NAME
        mov     ax, MFT_TABLE
        mov     dx, MFT_TABLE_END
        call    gather
        jc      damaged

; The root directory: its index, from the root down.
        mov     word [damage], root_damaged
        mov     eax, ROOT_RECORD
        call    open_file
        mov     dword [wanted_type], INDEX_ROOT
        mov     byte [wanted_name], I30
        mov     ax, DIRECTORY_TABLE
        mov     dx, DIRECTORY_TABLE_END
        call    gather
        jc      damaged
        cmp     byte [resident], 0
        je      damaged
        mov     si, [value]
        mov     cx, [value_size]
        cmp     cx, 0x20
        jb      damaged
        mov     di, NODE
        mov     dx, cx
        rep movsb
        push    dx
        mov     dword [wanted_type], INDEX_ALLOCATION
        mov     ax, DIRECTORY_TABLE
        mov     dx, DIRECTORY_TABLE_END
        call    gather
        jnc     .indexed
        mov     byte [resident], 0
.indexed:
        cmp     byte [resident], 0
        jne     damaged
        pop     cx
        mov     byte [depth], MOST_DEPTH
        mov     di, NODE + 0x10
        sub     cx, byte 0x10
        call    find_name

; BOOTMGR itself.
        mov     word [damage], bootmgr_damaged
        mov     eax, [file_number]
        call    open_file
        mov     ax, [BASE + 0x10]
        cmp     ax, [file_sequence]
        jne     damaged
        mov     dword [wanted_type], DATA
        mov     byte [wanted_name], NO_NAME
        mov     ax, FILE_TABLE
        mov     dx, FILE_TABLE_END
        call    gather
        mov     si, empty
        jc      fail
        mov     eax, [value_size]
        mov     edx, [value_size_high]
        mov     ecx, eax
        or      ecx, edx
        jz      fail
        mov     si, too_large
        test    edx, edx
        jnz     fail
        mov     ecx, [memory_end]
        sub     ecx, BOOTMGR_ADDRESS
        cmp     eax, ecx
        ja      fail
        cmp     byte [resident], 0
        je      .runs

        mov     cx, ax
        mov     si, [value]
        mov     ax, BOOTMGR_SEGMENT
        mov     es, ax
        xor     di, di
        rep movsb
        jmp     hand_over

.runs:
        movzx   ebx, word [BYTES_PER_SECTOR]
        add     eax, ebx
        dec     eax
        div     ebx                     ; EDX is 0 still
        push    eax
        mul     ebx
        cmp     eax, ecx
        mov     si, too_large
        ja      fail
        pop     ecx
        push    eax
        mov     edi, BOOTMGR_ADDRESS
        xor     eax, eax
        mov     bx, FILE_TABLE
        call    read_runs

; What was never written, and the last sector behind the file, is zero.
        pop     esi                     ; bytes read
        mov     eax, [initialised_size]
.clear:
        mov     ecx, esi
        sub     ecx, eax
        jbe     hand_over
        cmp     ecx, 0x8000
        jbe     .last
        mov     ecx, 0x8000
.last:
        mov     ebx, eax
        mov     di, ax
        and     di, byte 0x0F
        shr     ebx, 4
        add     bx, BOOTMGR_SEGMENT
        mov     es, bx
        add     eax, ecx
        push    eax
        xor     al, al
        rep stosb
        pop     eax
        jmp     .clear

hand_over:
        xor     ax, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     sp, 0x7C00
        mov     dl, [drive]
        mov     si, BYTES_PER_SECTOR - 0x7C00
        mov     bx, 0x7C00 >> 4
        mov     ds, bx
        jmp     BOOTMGR_SEGMENT:0

; Takes the sizes from the boot sector.
measure:
        mov     si, unsupported
        movzx   ecx, word [BYTES_PER_SECTOR]
        lea     eax, [ecx - 1]
        test    eax, ecx                ; a power of two
        jnz     .unsupported
        mov     al, [SECTORS_PER_CLUSTER]
        mov     dword [cluster_bytes], 1
        cmp     al, 0x80
        ja      .large
        dec     al
        test    al, [SECTORS_PER_CLUSTER]
        jnz     .unsupported
        inc     al
        jz      .unsupported
.large:
        call    size
        cmp     eax, MOST_CLUSTER_BYTES / 512
        ja      .unsupported
        mov     [cluster_sectors], eax
        mul     ecx
        mov     [cluster_bytes], eax
        cmp     eax, MOST_CLUSTER_BYTES
        ja      .unsupported

        mov     al, [RECORD_SIZE]
        mov     bx, MOST_RECORD_BYTES
        call    block
        mov     [record_bytes], ebp
        mov     [record_sectors], eax
        mov     al, [INDEX_SIZE]
        mov     bx, MOST_INDEX_BYTES
        call    block
        mov     [index_bytes], ebp
        mov     [index_sectors], eax
        mov     eax, [cluster_bytes]
        cmp     eax, ebp
        jbe     .unit
        mov     eax, 512
.unit:
        mov     [index_unit], eax
        ret
.unsupported:
        jmp     fail

; The bytes (EBP) and sectors (EAX) of a block whose size is coded in AL, at most BX bytes.
block:
        push    ecx
        call    size
        pop     ecx
        mov     ebp, eax
        movzx   ebx, bx
        cmp     eax, ebx
        ja      fail
        lea     ebx, [eax - 1]
        test    ebx, eax
        jnz     fail
        xor     edx, edx
        div     ecx
        test    eax, eax
        jz      fail
        ret

; A coded size, AL: so many clusters, or two to the power of -AL. Changes only EAX, EDX.
size:
        cmp     al, 0x80
        ja      .power
        movzx   eax, al
        mul     dword [cluster_bytes]
        ret
.power:
        push    cx
        mov     cl, al
        neg     cl
        xor     eax, eax
        inc     ax
        shl     eax, cl
        pop     cx
        ret

; The sector (EDX:EAX) of cluster ECX:EAX with EDX sectors added.
cluster_sector:
        push    edx
        imul    ecx, [cluster_sectors]
        mul     dword [cluster_sectors]
        add     edx, ecx
        pop     ecx
        add     eax, ecx
        adc     edx, byte 0
        ret

; read_sectors, but a BIOS that knows only cylinders cannot reach everything.
read:
        cmp     byte [extensions], 0
        jne     read_sectors
        pushad
        movzx   ecx, cx
        add     eax, ecx
        adc     edx, byte 0
        add     eax, [HIDDEN_SECTORS]
        adc     edx, byte 0
        movzx   ebx, word [track_sectors]
        movzx   ecx, byte [last_head]
        inc     cx
        imul    ebx, ecx
        shl     ebx, 10
        mov     si, out_of_reach
        test    edx, edx
        jnz     fail
        cmp     eax, ebx
        ja      fail
        popad
        jmp     read_sectors

; Reads CX sectors from sector EAX of a stream, whose runs are in table BX, to linear address EDI.
read_runs:
        movzx   ecx, cx
.part:
        push    ecx
        push    eax
        push    bx
        xor     edx, edx
        div     dword [cluster_sectors] ; EAX = cluster of the stream, EDX = sector in it
.run:
        mov     es, bx
        mov     esi, [es:8]
        test    esi, esi
        jz      damaged
        cmp     eax, esi
        jb      .found
        sub     eax, esi
        inc     bx
        jmp     .run
.found:
        sub     esi, eax                ; clusters left in the run, as far as they matter
        cmp     esi, 0xFFFF
        jbe     .few
        mov     esi, 0xFFFF
.few:
        imul    esi, [cluster_sectors]
        sub     esi, edx
        cmp     esi, [esp + 6]
        jbe     .whole
        mov     esi, [esp + 6]
.whole:
        xor     ecx, ecx
        add     eax, [es:0]
        adc     ecx, [es:4]
        push    ds
        pop     es
        call    cluster_sector
        push    esi
        mov     cx, si
        call    read
        pop     esi
        pop     bx
        pop     eax
        pop     ecx
        add     eax, esi
        sub     ecx, esi
        jnz     .part
        ret

; Reads file record EAX to DI and checks it. Keeps DI.
read_record:
        push    di
        mul     dword [record_sectors]
        test    edx, edx
        jnz     damaged
        mov     cx, [record_sectors]
        movzx   edi, di
        mov     bx, MFT_TABLE
        call    read_runs
        pop     di

; Checks the file record at DI and undoes its protection. Keeps DI.
check_record:
        cmp     dword [di], 'FILE'
        jne     damaged
        mov     cx, [record_bytes]
        call    unprotect
        test    byte [di + 0x16], 1
        jz      damaged
        ret

; Puts back what the update sequence of the block of CX bytes at DI took away, and checks by it that
; the block was written as a whole. Keeps DI.
unprotect:
        shr     cx, 9
        mov     ax, [di + 6]
        dec     ax
        cmp     ax, cx
        jne     damaged
        mov     si, [di + 4]
        cmp     si, 0x1FE - 2 * (MOST_INDEX_BYTES / 512 + 1)
        ja      damaged
        add     si, di
        mov     bx, di
        lodsw
        xchg    dx, ax
.stride:
        cmp     [bx + 0x1FE], dx
        jne     damaged
        lodsw
        mov     [bx + 0x1FE], ax
        add     bx, 0x200
        loop    .stride
        ret

; Reads file record EAX and its attribute list, if it has one.
open_file:
        mov     [base_number], eax
        mov     di, BASE
        call    read_record
        mov     eax, [di + 0x20]
        or      eax, [di + 0x24]
        jnz     damaged                 ; a part of another file
open_base:
        mov     dword [other_number], -1
        mov     word [list_length], 0
        mov     dword [wanted_type], ATTRIBUTE_LIST
        mov     byte [wanted_name], NO_NAME
        mov     ax, FILE_TABLE
        mov     dx, FILE_TABLE_END
        call    gather
        jc      .end
        mov     si, too_fragmented
        cmp     dword [value_size_high], 0
        jne     fail
        mov     eax, [value_size]
        cmp     eax, MOST_LIST_BYTES
        ja      fail
        mov     [list_length], ax
        cmp     byte [resident], 0
        je      .runs
        mov     cx, ax
        mov     si, [value]
        mov     ax, LIST
        mov     es, ax
        xor     di, di
        rep movsb
        push    ds
        pop     es
        ret
.runs:
        xor     dx, dx
        add     ax, [BYTES_PER_SECTOR]
        dec     ax
        div     word [BYTES_PER_SECTOR]
        test    ax, ax
        jz      .end
        xchg    cx, ax
        mov     edi, LIST << 4
        xor     eax, eax
        mov     bx, FILE_TABLE
        call    read_runs
.end:
        ret

; Finds the wanted attribute of the opened file, in all its records, and fills the table at AX, which
; ends at DX, with its runs. CF: there is no such attribute.
gather:
        mov     [table], ax
        mov     [slot], ax
        mov     [table_end], dx
        mov     dword [next_cluster], 0
        mov     es, ax
        mov     dword [es:8], 0
        push    ds
        pop     es
        cmp     word [list_length], 0
        jne     .listed
        mov     di, BASE
        call    find_attribute
        jnc     take
        ret

.listed:
        mov     word [list_position], 0
.entry:
        mov     si, [list_position]
        mov     ax, [list_length]
        sub     ax, si
        jz      .end
        cmp     ax, 0x1A
        jb      damaged
        push    word LIST
        pop     es
        mov     cx, [es:si + 4]
        cmp     cx, 0x1A
        jb      damaged
        cmp     cx, ax
        ja      damaged
        add     [list_position], cx
        mov     eax, [es:si]
        cmp     eax, [wanted_type]
        jne     .skip
        mov     al, [es:si + 6]
        cmp     al, [wanted_name]
        jne     .skip
        test    al, al
        jz      .named
        movzx   bx, byte [es:si + 7]
        cmp     dword [es:si + bx], '$' | 'I' << 16
        jne     .skip
        cmp     dword [es:si + bx + 4], '3' | '0' << 16
        jne     .skip
.named:
        mov     eax, [es:si + 8]
        cmp     eax, [next_cluster]
        jne     .skip
        cmp     dword [es:si + 0x0C], 0
        jne     .skip
        cmp     word [es:si + 0x14], 0
        jne     damaged
        mov     eax, [es:si + 0x10]
        push    ds
        pop     es
        mov     di, BASE
        cmp     eax, [base_number]
        je      .loaded
        mov     di, OTHER
        cmp     eax, [other_number]
        je      .loaded
        mov     [other_number], eax
        call    read_record
        mov     eax, [di + 0x20]
        cmp     eax, [base_number]
        jne     damaged
.loaded:
        call    find_attribute
        jc      damaged
        call    take
        cmp     byte [resident], 0
        je      .entry
        clc
        ret
.skip:
        push    ds
        pop     es
        jmp     .entry
.end:
        cmp     dword [next_cluster], 1 ; CF if nothing was found
        ret

; Finds the wanted attribute, or the extent of it that begins at [next_cluster], in the file record
; at DI. Returns SI -> it, or CF.
find_attribute:
        mov     bx, [di + 0x18]
        cmp     bx, [record_bytes]
        ja      damaged
        mov     si, [di + 0x14]
        cmp     si, bx
        ja      damaged
        add     bx, di
        add     si, di
.next:
        lea     ax, [si + 4]
        cmp     ax, bx
        ja      damaged
        cmp     dword [si], byte -1
        je      .none
        mov     ax, bx
        sub     ax, si
        movzx   eax, ax
        mov     ecx, [si + 4]
        cmp     ecx, eax
        ja      damaged
        cmp     cx, 0x18
        jb      damaged
        cmp     byte [si + 8], 0
        je      .type
        cmp     cx, 0x40
        jb      damaged
.type:
        mov     eax, [si]
        cmp     eax, [wanted_type]
        jne     .skip
        mov     al, [si + 9]
        cmp     al, [wanted_name]
        jne     .skip
        test    al, al
        jz      .extent
        movzx   ebp, word [si + 0x0A]
        lea     eax, [ebp + 8]
        cmp     eax, ecx
        ja      damaged
        add     bp, si
        cmp     dword [bp], '$' | 'I' << 16
        jne     .skip
        cmp     dword [bp + 4], '3' | '0' << 16
        jne     .skip
.extent:
        cmp     byte [si + 8], 0
        je      .found
        mov     eax, [si + 0x10]
        cmp     eax, [next_cluster]
        jne     .skip
        cmp     dword [si + 0x14], 0
        je      .found
.skip:
        add     si, cx
        jmp     .next
.none:
        stc
        ret
.found:
        clc
        ret

; Takes what the attribute at SI says: sizes, place of a resident value, runs. Returns CF clear.
take:
        mov     bx, [si + 4]
        mov     al, [si + 8]
        xor     al, 1
        mov     [resident], al
        jz      .runs
        movzx   eax, word [si + 0x14]
        mov     edx, [si + 0x10]
        mov     [value_size], edx
        mov     dword [value_size_high], 0
        add     eax, edx
        jc      damaged
        movzx   ebx, bx
        cmp     eax, ebx
        ja      damaged
        mov     ax, [si + 0x14]
        add     ax, si
        mov     [value], ax
        clc
        ret

.runs:
        cmp     dword [next_cluster], 0
        jne     .sized
        mov     ax, [si + 0x0C]
        cmp     dword [wanted_type], DATA
        jne     .plain
        call    refuse
.plain:
        mov     eax, [si + 0x30]
        mov     edx, [si + 0x34]
        mov     [value_size], eax
        mov     [value_size_high], edx
        mov     ecx, [si + 0x38]
        mov     [initialised_size], ecx
        sub     eax, ecx
        sbb     edx, [si + 0x3C]
        jb      damaged
.sized:
        add     bx, si
        mov     ax, [si + 0x20]
        add     si, ax
        jc      damaged
        xor     eax, eax
        mov     [cluster], eax
        mov     [cluster + 4], eax
.run:
        cmp     si, bx
        jae     damaged
        lodsb
        test    al, al
        jz      .end
        mov     ch, al
        and     al, 0x0F
        call    number                  ; the count
        test    edx, edx
        jnz     damaged
        mov     ebp, eax
        test    eax, eax
        jz      damaged
        mov     al, ch
        shr     al, 4
        call    number                  ; the distance from the run before; a hole has none
        add     [cluster], eax
        adc     [cluster + 4], edx
        js      damaged
        add     [next_cluster], ebp
        jc      damaged

        mov     dx, [slot]
        inc     dx
        cmp     dx, [table_end]
        jae     .full
        mov     es, dx
        mov     dword [es:8], 0
        xchg    [slot], dx
        mov     es, dx
        mov     eax, [cluster]
        mov     [es:0], eax
        mov     eax, [cluster + 4]
        mov     [es:4], eax
        mov     [es:8], ebp
        push    ds
        pop     es
        jmp     .run
.full:
        mov     si, too_fragmented
        jmp     fail
.end:
        clc
        ret

; The signed number (EDX:EAX) of AL bytes (1 to 8) at SI. Returns SI behind it, keeps CH, BX, EBP.
number:
        dec     al
        cmp     al, 7
        ja      damaged
        mov     cl, al
        cbw
        add     si, ax
        push    si
        movsx   eax, byte [si]
        cdq
.byte:
        dec     cl
        js      .end
        shld    edx, eax, 8
        shl     eax, 8
        dec     si
        mov     al, [si]
        jmp     .byte
.end:
        pop     si
        inc     si
        ret

; Refuses a file whose $DATA has flags (AX), for the boot manager must be stored plainly.
refuse:
        push    si
        mov     si, compressed
        test    al, al
        jnz     fail
        mov     si, encrypted
        test    ah, 0x40
        jnz     fail
        mov     si, sparse
        test    ah, ah
        js      fail
        pop     si
        ret

; Finds the entry for BOOTMGR in the tree below the node whose index header lies at DI, with CX bytes
; from there on. Names sort by their upper case, so a node tells where to look next.
find_name:
        mov     eax, [di]
        mov     ebx, [di + 4]
        movzx   ecx, cx
        cmp     ebx, ecx
        ja      damaged
        cmp     eax, ebx
        ja      damaged
        add     bx, di
        mov     [node_end], bx
        mov     si, di
        add     si, ax
.entry:
        mov     bx, [node_end]
        sub     bx, si
        jbe     damaged
        cmp     bx, byte 16
        jb      damaged
        mov     cx, [si + 8]
        cmp     cx, bx
        ja      damaged
        cmp     cx, byte 16
        jb      damaged
        test    byte [si + 12], 2
        jnz     .below
        movzx   dx, byte [si + 0x50]
        mov     ax, dx
        add     ax, ax
        add     ax, byte 0x52
        cmp     cx, ax
        jb      damaged
        lea     di, [si + 0x52]
        mov     bp, name
.unit:
        movzx   ax, byte [bp]
        test    dx, dx
        jz      .ended
        mov     bx, [di]
        cmp     bx, 'a'
        jb      .upper
        cmp     bx, 'z'
        ja      .upper
        sub     bx, byte 'a' - 'A'
.upper:
        cmp     ax, bx
        jb      .below
        ja      .next
        inc     bp
        inc     di
        inc     di
        dec     dx
        jmp     .unit
.ended:
        test    al, al
        jnz     .next
        test    byte [si + 0x4B], 0x10
        jz      .found
.next:
        add     si, cx
        jmp     .entry

.found:
        mov     eax, [si]
        mov     [file_number], eax
        mov     ax, [si + 6]
        mov     [file_sequence], ax
        cmp     word [si + 4], 0
        jne     damaged
        ret

.below:
        test    byte [si + 12], 1
        mov     di, si
        mov     si, missing
        jz      fail
        cmp     cx, byte 24
        jb      damaged
        dec     byte [depth]
        jz      damaged
        add     di, cx
        cmp     dword [di - 4], 0
        jne     damaged
        mov     eax, [di - 8]
        push    eax
        mul     dword [index_unit]
        movzx   ecx, word [BYTES_PER_SECTOR]
        cmp     edx, ecx
        jae     damaged
        div     ecx
        test    edx, edx
        jnz     damaged
        mov     cx, [index_sectors]
        mov     edi, NODE
        mov     bx, DIRECTORY_TABLE
        call    read_runs
        mov     di, NODE
        cmp     dword [di], 'INDX'
        jne     damaged
        mov     cx, [index_bytes]
        push    cx
        call    unprotect
        pop     cx
        pop     eax
        cmp     eax, [di + 0x10]
        jne     damaged
        add     di, byte 0x18
        sub     cx, byte 0x18
        jmp     find_name

damaged:
        mov     si, [damage]
        jmp     fail

name:           db "BOOTMGR", 0

missing:        db "BOOTMGR is missing", 0
compressed:     db "BOOTMGR is compressed", 0
encrypted:      db "BOOTMGR is encrypted", 0
sparse:         db "BOOTMGR is sparse", 0
empty:          db "BOOTMGR is empty", 0
too_large:      db "BOOTMGR is too large", 0
bootmgr_damaged: db "BOOTMGR's file record is damaged", 0
root_damaged:   db "The root directory is damaged", 0
mft_damaged:    db "The file table ($MFT) is damaged", 0
too_fragmented: db "The volume is too fragmented", 0
out_of_reach:   db "The BIOS reaches only the first 1024 cylinders of this drive", 0
little_memory:  db "Too little conventional memory", 0
unsupported:    db "This NTFS layout is not supported", 0

        times BOOT_SIZE - ($ - $$) db 0
