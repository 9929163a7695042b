; The sample's boot manager: a program that proves on screen and on the first serial port that it was
; loaded whole and handed over to as bootmgr is.
;
;   nasm -f bin -o sample-bootmgr-core.bin sample-bootmgr.asm
;
; The assembled core is the beginning of the file. Its generator appends bytes of any kind and number
; and then fills the header, all numbers little-endian:
;
;   off len
;   00    3  a jump over the header
;   08    8  the magic "VHDBSMPL"
;   10    4  length of the whole file in bytes; the core's own length until filled
;   14    4  CRC-32 (as in zip files) of the whole file with these four bytes taken as 0
;
; Enters: at 2000:0000, DL = drive, the boot sector of the partition at 0000:7C00.
; Says:   vhdboot sample: reached, drive 80h, partition offset 1048576 bytes, 450000 bytes verified
;         vhdboot sample: entered with DS:SI 07C0:000B, SS:SP 0000:7C00
;    or   vhdboot sample: checksum wrong, 450000 bytes, 1A2B3C4Dh instead of 9ABCDEF0h
; and halts.
;
; Memory: 00600..009FF the table of the CRC, 00A00 variables, 20000 on the file.

bits 16
cpu 386
org 0

SEGMENT_LOADED          equ 0x2000
BYTES_PER_SECTOR        equ 0x7C0B
HIDDEN_SECTORS          equ 0x7C1C
POLYNOMIAL              equ 0xEDB88320
COM1                    equ 0x3F8

        jmp     near start
        times 8 - ($ - $$) db 0
magic:  db      "VHDBSMPL"
length: dd      end
crc:    dd      0

absolute 0xA00
entry_ss:       resw 1
entry_sp:       resw 1
entry_ds:       resw 1
entry_si:       resw 1
drive:          resb 1
told:           resd 1
computed:       resd 1

absolute 0x600
crc_table:      resd 256

section .text

; DS = ES = 0 from here on, for the variables; the file itself is reached by CS or FS.
start:
        cld
        mov     ax, ds
        xor     bx, bx
        mov     ds, bx
        mov     es, bx
        mov     [entry_ds], ax
        mov     [entry_si], si
        mov     [entry_ss], ss
        mov     [entry_sp], sp
        mov     [drive], dl
        mov     ss, bx
        mov     esp, 0x5000
        sti
        call    open_serial

        mov     eax, [cs:crc]
        mov     [told], eax
        mov     dword [cs:crc], 0
        call    compute_crc
        mov     [computed], eax
        mov     eax, [told]
        mov     [cs:crc], eax

        mov     si, introduction
        call    print
        mov     eax, [told]
        cmp     eax, [computed]
        jne     .wrong

        mov     si, reached
        call    print
        mov     al, [drive]
        call    print_hex_byte
        mov     si, partition_offset
        call    print
        movzx   eax, word [BYTES_PER_SECTOR]
        mul     dword [HIDDEN_SECTORS]
        call    print_decimal
        mov     si, verified
        call    print
        mov     eax, [cs:length]
        xor     edx, edx
        call    print_decimal
        mov     si, verified_end
        call    print
        mov     ax, [entry_ds]
        call    print_hex_word
        mov     al, ':'
        call    put
        mov     ax, [entry_si]
        call    print_hex_word
        mov     si, stack
        call    print
        mov     ax, [entry_ss]
        call    print_hex_word
        mov     al, ':'
        call    put
        mov     ax, [entry_sp]
        call    print_hex_word
        jmp     .halt

.wrong:
        mov     si, wrong
        call    print
        mov     eax, [cs:length]
        xor     edx, edx
        call    print_decimal
        mov     si, wrong_computed
        call    print
        mov     eax, [computed]
        call    print_hex_dword
        mov     si, wrong_told
        call    print
        mov     eax, [told]
        call    print_hex_dword
        mov     al, 'h'
        call    put

.halt:
        mov     si, new_line
        call    print
.forever:
        hlt
        jmp     .forever

; EAX = the CRC-32 of the whole file as it lies in memory.
compute_crc:
        mov     di, crc_table
        xor     ebx, ebx
.byte:
        mov     eax, ebx
        mov     cx, 8
.bit:
        shr     eax, 1
        jnc     .even
        xor     eax, POLYNOMIAL
.even:
        loop    .bit
        stosd
        inc     bl
        jnz     .byte

        mov     edx, [cs:length]
        mov     bp, SEGMENT_LOADED
        mov     eax, -1
.segment:
        mov     fs, bp
        add     bp, 0x800
        xor     si, si
        mov     ecx, 0x8000
        cmp     edx, ecx
        jae     .whole
        mov     ecx, edx
.whole:
        jecxz   .end
        sub     edx, ecx
.next:
        movzx   bx, al
        xor     bl, [fs:si]
        inc     si
        shl     bx, 2
        shr     eax, 8
        xor     eax, [bx + crc_table]
        dec     cx
        jnz     .next
        jmp     .segment
.end:
        not     eax
        ret

; 115200 bits a second, 8 data bits, no parity.
open_serial:
        mov     si, .settings
.next:
        mov     dx, COM1
        cs lodsb
        cmp     al, 0xFF
        je      .end
        add     dl, al
        cs lodsb
        out     dx, al
        jmp     .next
.end:
        ret
.settings:
        db      1, 0x00, 3, 0x80, 0, 0x01, 1, 0x00, 3, 0x03, 2, 0xC7, 4, 0x03, 0xFF

; Prints the text at CS:SI.
print:
        cs lodsb
        test    al, al
        jz      .end
        call    put
        jmp     print
.end:
        ret

print_hex_dword:
        push    ax
        shr     eax, 16
        call    print_hex_word
        pop     ax
print_hex_word:
        push    ax
        mov     al, ah
        call    print_hex_byte
        pop     ax
print_hex_byte:
        push    ax
        shr     al, 4
        call    .digit
        pop     ax
        and     al, 0x0F
.digit:
        cmp     al, 10
        jb      .decimal
        add     al, 'A' - '0' - 10
.decimal:
        add     al, '0'

; Puts the character AL on the screen and on the serial port, if that takes it. Keeps all but AX.
put:
        pushad
        push    ax
        mov     ah, 0x0E
        mov     bx, 7
        int     0x10
        mov     cx, 0xFFFF
        mov     dx, COM1 + 5
.wait:
        in      al, dx
        test    al, 0x20
        loopz   .wait
        pop     ax
        jz      .end
        mov     dx, COM1
        out     dx, al
.end:
        popad
        ret

; Prints EDX:EAX in decimal.
print_decimal:
        mov     ecx, 10
        xor     bp, bp
.divide:
        mov     ebx, eax
        mov     eax, edx
        xor     edx, edx
        div     ecx
        xchg    eax, ebx                ; EBX = high quotient
        div     ecx
        push    dx
        inc     bp
        mov     edx, ebx
        or      ebx, eax
        jnz     .divide
.digit:
        pop     ax
        add     al, '0'
        call    put
        dec     bp
        jnz     .digit
        ret

introduction:   db "vhdboot sample: ", 0
reached:        db "reached, drive ", 0
partition_offset: db "h, partition offset ", 0
verified:       db " bytes, ", 0
verified_end:   db " bytes verified", 13, 10, "vhdboot sample: entered with DS:SI ", 0
stack:          db ", SS:SP ", 0
wrong:          db "checksum wrong, ", 0
wrong_computed: db " bytes, ", 0
wrong_told:     db "h instead of ", 0
new_line:       db 13, 10, 0

end:
