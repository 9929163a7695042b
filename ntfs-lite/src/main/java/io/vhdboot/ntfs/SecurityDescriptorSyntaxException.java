package io.vhdboot.ntfs;

/** Says that a text is no security descriptor in the security descriptor definition language. */
public final class SecurityDescriptorSyntaxException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int position;

  SecurityDescriptorSyntaxException(String text, int position, String problem) {
    super("security descriptor \"" + text + "\" at " + position + ": " + problem);
    this.position = position;
  }

  /** Where in the text the fault is, counted in 16-bit units from 0. */
  public int position() {
    return position;
  }
}
