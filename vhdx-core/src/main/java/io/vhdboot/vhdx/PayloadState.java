package io.vhdboot.vhdx;

/** What the table says about a payload block ([MS-VHDX] 2.5.1.1). */
enum PayloadState {
  /** Nothing is stored: the parent's content, or zeros where there is no parent. */
  NOT_PRESENT(0),
  /** The content is not defined; it reads as zeros here, as in QEMU. */
  UNDEFINED(1),
  /** Nothing is stored, it reads as zeros, whatever the parent holds. */
  ZERO(2),
  /** Nobody needs the content; it reads as zeros here, as in QEMU. */
  UNMAPPED(3),
  /** All of it is stored. */
  FULLY_PRESENT(6),
  /** Those sectors are stored whose bits are set; the others are the parent's. */
  PARTIALLY_PRESENT(7);

  private final int code;

  PayloadState(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
