; sample-bootmgfw.asm - the sample's boot manager for UEFI: says on the console and on the first serial
; port that it was reached, and turns the machine off.
;
; A PE32+ image written out by hand, one section. Assembled by NASM: nasm -f bin.
; Sources: Microsoft's PE format; UEFI specification 2.x, "EFI system table", "Simple text output protocol",
; "Runtime services".

BITS 64
ORG 0

SECTION_ALIGNMENT equ 0x1000
FILE_ALIGNMENT    equ 0x200
IMAGE_SIZE        equ 0x2000

; Offsets in the EFI system table, the console and the runtime services.
CONSOLE_OUT       equ 0x40
RUNTIME_SERVICES  equ 0x58
OUTPUT_STRING     equ 0x08
RESET_SYSTEM      equ 0x68

RESET_SHUTDOWN    equ 2
COM1              equ 0x3F8

dos_header:
        db      'MZ'
        times   0x3C - ($ - $$) db 0
        dd      pe_header

pe_header:
        db      'PE', 0, 0
        dw      0x8664                  ; x64
        dw      1                       ; sections
        dd      0, 0, 0                 ; time and symbols: none
        dw      optional_end - optional_header
        dw      0x0022                  ; executable, large addresses

optional_header:
        dw      0x020B                  ; PE32+
        db      1, 0
        dd      code_end - code         ; code
        dd      0, 0                    ; data
        dd      0x1000 + start - code   ; entry point
        dd      0x1000                  ; code begins
        dq      0x400000                ; preferred base; the program works at any
        dd      SECTION_ALIGNMENT, FILE_ALIGNMENT
        dw      0, 0, 0, 0, 0, 0
        dd      0
        dd      IMAGE_SIZE
        dd      FILE_ALIGNMENT          ; headers
        dd      0                       ; checksum
        dw      10                      ; EFI application
        dw      0
        dq      0, 0, 0, 0
        dd      0
        dd      16
        times   16 dq 0                 ; directories: none
optional_end:

section_header:
        db      '.text', 0, 0, 0
        dd      code_end - code
        dd      0x1000
        dd      FILE_ALIGNMENT
        dd      FILE_ALIGNMENT
        dd      0, 0
        dw      0, 0
        dd      0x60000020              ; code, executable, readable

        times   FILE_ALIGNMENT - ($ - $$) db 0

code:
; rcx: the image's handle, rdx: the system table
start:
        sub     rsp, 0x28
        mov     rbx, rdx
        mov     rcx, [rdx + CONSOLE_OUT]
        lea     rdx, [rel wide_message]
        call    [rcx + OUTPUT_STRING]

        lea     rsi, [rel message]
        mov     dx, COM1
.next:
        lodsb
        test    al, al
        jz      .off
        out     dx, al
        jmp     .next

.off:
        mov     rax, [rbx + RUNTIME_SERVICES]
        mov     ecx, RESET_SHUTDOWN
        xor     edx, edx
        xor     r8d, r8d
        xor     r9d, r9d
        call    [rax + RESET_SYSTEM]
.stay:
        hlt
        jmp     .stay

message:
        db      'vhdboot sample: UEFI boot manager reached', 13, 10, 0
        align   2, db 0
wide_message:
        dw      __?utf16?__('vhdboot sample: UEFI boot manager reached'), 13, 10, 0

        times   2 * FILE_ALIGNMENT - ($ - $$) db 0
code_end:
