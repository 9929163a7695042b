package io.vhdboot.fat;

import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;

/**
 * What a BIOS finds in the boot sector of a volume that is not for it: a program that says so,
 * waits for a key and lets the BIOS go on.
 */
final class NoBootCode {

  private static final int LOAD_ADDRESS = 0x7C00;
  private static final int MESSAGE_OPERAND = 6;
  private static final String MESSAGE =
      "\r\nThis volume starts nothing on a BIOS. Press any key.\r\n\0";

  private static final byte[] PROGRAM = {
    (byte) 0xFC, // cld
    0x31,
    (byte) 0xC0, // xor ax, ax
    (byte) 0x8E,
    (byte) 0xD8, // mov ds, ax
    (byte) 0xBE,
    0,
    0, // mov si, message
    (byte) 0xAC, // next: lodsb
    (byte) 0x84,
    (byte) 0xC0, // test al, al
    0x74,
    9, // jz wait
    (byte) 0xB4,
    0x0E, // mov ah, 0Eh
    (byte) 0xBB,
    7,
    0, // mov bx, 7
    (byte) 0xCD,
    0x10, // int 10h
    (byte) 0xEB,
    (byte) 0xF2, // jmp next
    0x31,
    (byte) 0xC0, // wait: xor ax, ax
    (byte) 0xCD,
    0x16, // int 16h
    (byte) 0xCD,
    0x19, // int 19h
    (byte) 0xEB,
    (byte) 0xFE // jmp $
  };

  private NoBootCode() {}

  /** The program for its place in the sector. */
  static byte[] at(int offset) {
    byte[] message = MESSAGE.getBytes(StandardCharsets.US_ASCII);
    byte[] code = new byte[PROGRAM.length + message.length];
    System.arraycopy(PROGRAM, 0, code, 0, PROGRAM.length);
    System.arraycopy(message, 0, code, PROGRAM.length, message.length);
    LittleEndian.put16(code, MESSAGE_OPERAND, LOAD_ADDRESS + offset + PROGRAM.length);
    return code;
  }
}
