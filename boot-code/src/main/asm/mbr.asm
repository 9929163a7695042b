; The code of a master boot record: finds the active partition, loads the partition's first sector
; to 0000:7C00 and jumps there. 440 bytes; the disk signature and the table follow.
;
;   nasm -f bin -o mbr.bin mbr.asm
;
; Enters: at linear 7C00h by whatever CS:IP the BIOS likes, DL = drive.
; Leaves: at 0000:7C00, DL = drive, DS:SI and DS:BP -> the partition's entry, DS = ES = SS = 0,
;         SP = 7C00h, interrupts on.
;
; Memory: 0600 this record, moved here; 0800 variables; 7C00 the loaded sector, the stack below it.

bits 16
cpu 386
org 0x600

LOADED          equ 0x7C00
SECTOR          equ 512
TABLE           equ 0x600 + 0x1BE
ENTRY_SIZE      equ 16
ENTRY_CHS       equ 1           ; head, sector and cylinder bits, cylinder
ENTRY_LBA       equ 8
MARK            equ LOADED + 0x1FE
TRIES           equ 5

absolute 0x800
drive:          resb 1

section .text

        cli
        xor     ax, ax
        mov     ss, ax
        mov     sp, LOADED
        mov     ds, ax
        mov     es, ax
        cld
        mov     si, LOADED
        mov     di, 0x600
        mov     cx, SECTOR / 2
        rep movsw
        jmp     0:moved
moved:
        sti
        mov     [drive], dl

; Exactly one entry has status 80h, the others 00h; anything else is not a partition table.
        mov     di, TABLE
        mov     cx, 4
        xor     bp, bp
        mov     si, invalid_table
.entry:
        mov     al, [di]
        test    al, al
        jz      .next
        cmp     al, 0x80
        jne     fail
        test    bp, bp
        jnz     fail
        mov     bp, di
.next:
        add     di, byte ENTRY_SIZE
        loop    .entry
        mov     si, none_active
        test    bp, bp
        jz      fail

        mov     eax, [bp + ENTRY_LBA]
        mov     [packet.lba], eax

; By the INT 13h extensions where the BIOS has them.
        mov     ah, 0x41
        mov     bx, 0x55AA
        call    disk
        jc      .geometry
        cmp     bx, 0xAA55
        jne     .geometry
        shr     cl, 1
        jnc     .geometry
        mov     di, TRIES
.extended:
        mov     byte [packet.count], 1
        mov     si, packet
        mov     ah, 0x42
        call    disk
        jnc     loaded
        call    reset
        jnz     .extended

; By cylinder, head and sector otherwise: in the BIOS's geometry, for the entry was perhaps made
; for another one; by the entry's own numbers where the BIOS tells no geometry.
.geometry:
        mov     si, load_error
        mov     dx, [bp + ENTRY_CHS - 1]
        mov     cx, [bp + ENTRY_CHS + 1]
        push    cx
        push    dx
        mov     ah, 8
        push    es
        xor     di, di
        call    disk
        pop     es
        jc      .as_told
        and     cl, 0x3F
        jz      .as_told
        pop     ax
        pop     ax
        movzx   ebx, dh
        inc     bx              ; heads
        movzx   ecx, cl
        mov     eax, [packet.lba]
        xor     edx, edx
        div     ecx             ; EAX = track, EDX = sector in it, from 0
        mov     cl, dl
        inc     cx
        xor     edx, edx
        div     ebx             ; EAX = cylinder, EDX = head
        mov     dh, dl
        cmp     eax, 1023
        ja      fail
        mov     ch, al
        shl     ah, 6
        or      cl, ah
        push    cx
        push    dx
.as_told:
        pop     dx
        pop     cx
        mov     di, TRIES
.by_chs:
        mov     ax, 0x0201
        mov     bx, LOADED
        call    disk
        jnc     loaded
        call    reset
        jnz     .by_chs

; Says what is wrong, waits for a key and lets the BIOS try the next device.
fail:
        call    print
        mov     si, ending
        call    print
        xor     ah, ah
        int     0x16
        int     0x18
.halt:
        hlt
        jmp     .halt

loaded:
        mov     si, missing
        cmp     word [MARK], 0xAA55
        jne     fail
        mov     dl, [drive]
        mov     si, bp
        jmp     0:LOADED

; Resets the drive and counts DI down; ZF tells that no try is left.
reset:
        pusha
        xor     ah, ah
        call    disk
        popa
        dec     di
        ret

; INT 13h for our drive, whatever DL is; keeps BP, SI and DI.
disk:
        push    bp
        push    si
        push    di
        mov     dl, [drive]
        int     0x13
        pop     di
        pop     si
        pop     bp
        sti
        ret

print:
        lodsb
        test    al, al
        jz      .end
        mov     ah, 0x0E
        mov     bx, 7
        push    si
        int     0x10
        pop     si
        jmp     print
.end:
        ret

packet:
        db      16, 0
.count: dw      1
        dw      LOADED, 0
.lba:   dq      0

invalid_table:  db "Invalid partition table", 0
none_active:    db "No active partition", 0
load_error:     db "Error loading operating system", 0
missing:        db "Missing operating system", 0
ending:         db 13, 10, "Press a key", 13, 10, 0

        times 440 - ($ - $$) db 0
