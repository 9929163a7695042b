package io.vhdboot.udf;

/** A way in which a disc names its files; many discs have several, each with files of its own. */
public enum DiscFormat {
  /** UDF, what Windows discs use. */
  UDF,
  /** ISO 9660 with the names and attributes of POSIX. */
  ROCK_RIDGE,
  /** ISO 9660 with names of up to 64 UTF-16 units. */
  JOLIET,
  /** Plain ISO 9660. */
  ISO_9660
}
