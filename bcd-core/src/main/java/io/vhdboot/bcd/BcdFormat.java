package io.vhdboot.bcd;

/** The format of an element's value, which bits 24 to 27 of the element's number tell. */
public enum BcdFormat {

  /** No known format. */
  UNKNOWN,

  /** A device. */
  DEVICE,

  /** A text. */
  STRING,

  /** An object. */
  OBJECT,

  /** Objects in order. */
  OBJECT_LIST,

  /** A number. */
  INTEGER,

  /** Yes or no. */
  BOOLEAN,

  /** Numbers in order. */
  INTEGER_LIST;

  private static final BcdFormat[] BY_DIGIT = values();

  static BcdFormat of(int digit) {
    return digit < BY_DIGIT.length ? BY_DIGIT[digit] : UNKNOWN;
  }
}
