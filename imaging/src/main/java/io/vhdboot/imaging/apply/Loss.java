package io.vhdboot.imaging.apply;

/** What of a file a target does not keep. */
public enum Loss {
  /** Who may do what with it. */
  SECURITY_DESCRIPTOR("security descriptors"),
  /** Attributes such as hidden, or when it was created. */
  ATTRIBUTES("attributes"),
  /** Its 8.3 name. */
  SHORT_NAME("short names"),
  /** A stream beside its content. */
  NAMED_STREAM("named streams"),
  /** A reparse point that is no link. */
  REPARSE_POINT("reparse points"),
  /** Its object id. */
  OBJECT_ID("object ids"),
  /** Its extended attributes. */
  EXTENDED_ATTRIBUTES("extended attributes"),
  /** That it is the same file as another name; it is a copy instead. */
  HARD_LINK("hard links");

  private final String plural;

  Loss(String plural) {
    this.plural = plural;
  }

  /** The name of several, for people. */
  @Override
  public String toString() {
    return plural;
  }
}
