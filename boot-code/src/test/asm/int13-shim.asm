; A BIOS with peculiarities, for tests: hides the real INT 13h behind one that has no extensions, or
; only promises them, that shows another drive number, another or no geometry, 4096-byte sectors or
; less memory, that fails two of three reads, and that is strict about what it allows: no read across a
; 64 KiB line or a track's end, none of more than 127 sectors. It leaves rubbish where BIOSes may.
;
; Sector 0 up to the partition table loads sectors 1 to 3: the shim (two sectors, beginning with its
; settings) and the real boot code, which gets the partition table of sector 0.

bits 16
cpu 386

RESIDENT_BYTES  equ 1024
RESIDENT_KIB    equ 2
LOADED          equ 0x8000
BIOS_MEMORY     equ 0x413
VECTOR          equ 0x13 * 4

section .stub start=0 vstart=0x7C00
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 0x7C00
        mov     si, stub_packet
        mov     ah, 0x42
        int     0x13
        jc      $
        jmp     LOADED >> 4:init
stub_packet:
        db      16, 0
        dw      3, LOADED, 0
        dq      1

section .resident start=512 vstart=0
        db      "SHIM"
shown_drive:    db 0x80
flags:          db 0
taken_kib:      dw RESIDENT_KIB
multiple:       dw 1            ; real sectors in one of ours
track_sectors:  db 63
last_head:      db 254

HAS_EXTENSIONS  equ 1
LIES            equ 2           ; AH=41h says yes, AH=42h fails
FLAKY           equ 4
NO_GEOMETRY     equ 8

real:           dd 0
real_drive:     db 0
attempts:       db 0
packet:         db 16, 0
.count:         dw 0
.buffer:        dd 0
.lba:           dq 0

init:
        cld
        mov     [cs:real_drive], dl
        mov     ax, [BIOS_MEMORY]
        mov     bx, ax
        sub     bx, [cs:taken_kib]
        mov     [BIOS_MEMORY], bx
        sub     ax, RESIDENT_KIB
        shl     ax, 6
        mov     ebx, [VECTOR]
        mov     [cs:real], ebx
        mov     word [VECTOR], handler
        mov     [VECTOR + 2], ax
        mov     es, ax
        mov     si, LOADED
        xor     di, di
        mov     cx, RESIDENT_BYTES
        rep movsb
        xor     ax, ax
        mov     es, ax
        mov     si, LOADED + RESIDENT_BYTES
        mov     di, 0x7C00
        mov     cx, 440
        rep movsb
        mov     dl, [cs:shown_drive]
        jmp     0:0x7C00

handler:
        sti
        cld
        cmp     dl, [cs:shown_drive]
        jne     .refuse
        cmp     ah, 0x42
        je      .extended
        cmp     ah, 0x41
        je      .has_extensions
        cmp     ah, 0x02
        je      .by_chs
        cmp     ah, 0x08
        je      .geometry
        test    ah, ah
        jz      .fine
.refuse:
        mov     ah, 1
.error:
        call    rubbish
        stc
        retf    2
.fine:
        xor     ah, ah
        call    rubbish
        clc
        retf    2

.has_extensions:
        test    byte [cs:flags], HAS_EXTENSIONS | LIES
        jz      .refuse
        cmp     bx, 0x55AA
        jne     .refuse
        mov     bx, 0xAA55
        mov     cx, 1
        mov     ah, 0x30
        clc
        retf    2

.geometry:
        test    byte [cs:flags], NO_GEOMETRY
        jnz     .refuse
        mov     ch, 0xFF
        mov     cl, [cs:track_sectors]
        or      cl, 0xC0
        mov     dh, [cs:last_head]
        mov     dl, 1
        push    cs                      ; as for a floppy disk's parameter table
        pop     es
        mov     di, 0x1234
        jmp     .fine

.extended:
        test    byte [cs:flags], HAS_EXTENSIONS
        jz      .refuse
        pushad
        push    es
        movzx   eax, word [si + 2]
        cmp     byte [si], 16
        jne     .bad
        mov     ecx, [si + 4]
        mov     ebx, [si + 8]
        mov     edx, [si + 12]
        jmp     .read

.by_chs:
        pushad
        push    es
        push    es
        push    bx
        xor     ah, ah
        push    ax
        movzx   eax, cl                 ; the cylinder's upper bits
        shl     ax, 2
        mov     al, ch
        movzx   ebx, byte [cs:last_head]
        inc     ebx
        movzx   esi, dh
        cmp     esi, ebx
        jae     .bad_chs
        mul     ebx
        add     eax, esi
        movzx   ebx, byte [cs:track_sectors]
        mul     ebx
        and     ecx, 0x3F
        jz      .bad_chs
        dec     ecx
        mov     esi, eax
        add     esi, ecx
        pop     ax
        movzx   eax, ax
        add     ecx, eax
        cmp     ecx, ebx
        pop     bx
        pop     cx
        ja      .bad
        shl     ecx, 16
        mov     cx, bx
        mov     ebx, esi
        xor     edx, edx

; EAX sectors (a word) from sector EDX:EBX on to the far address ECX.
.read:
        test    eax, eax
        jz      .bad
        cmp     eax, 127
        ja      .bad
        mov     [cs:packet.buffer], ecx
        movzx   esi, cx
        shr     ecx, 16
        shl     ecx, 4
        add     esi, ecx
        and     esi, 0xFFFF
        movzx   edi, word [cs:multiple]
        imul    eax, edi
        mov     [cs:packet.count], ax
        shl     eax, 9
        add     esi, eax
        cmp     esi, 0x10000
        ja      .bad
        imul    edx, edi
        mov     ecx, edx
        mov     eax, ebx
        mul     edi
        add     edx, ecx
        mov     [cs:packet.lba], eax
        mov     [cs:packet.lba + 4], edx
        test    byte [cs:flags], FLAKY
        jz      .reliable
        inc     byte [cs:attempts]
        cmp     byte [cs:attempts], 3
        jb      .bad
        mov     byte [cs:attempts], 0
.reliable:
        push    ds
        push    cs
        pop     ds
        mov     si, packet
        mov     ah, 0x42
        mov     dl, [real_drive]
        pushf
        call    far [real]
        pop     ds
        jc      .bad
        pop     es
        popad
        jmp     .fine

.bad_chs:
        add     sp, byte 6
.bad:
        pop     es
        popad
        mov     ah, 0x09
        jmp     .error

; Spoils the upper halves of the registers, as a BIOS with 32-bit code may.
rubbish:
        push    ax
        push    bx
        push    cx
        push    dx
        push    si
        push    di
        push    bp
        mov     eax, 0xBAD0BAD0
        mov     ebx, eax
        mov     ecx, eax
        mov     edx, eax
        mov     esi, eax
        mov     edi, eax
        mov     ebp, eax
        pop     bp
        pop     di
        pop     si
        pop     dx
        pop     cx
        pop     bx
        pop     ax
        ret

        times RESIDENT_BYTES - ($ - $$) db 0
