package io.vhdboot.fat;

/**
 * The characters of short names: code page 437, since nothing on a volume says which one was meant.
 */
final class OemCodePage {

  private static final String UPPER_HALF =
      "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»"
          + "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
          + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

  private OemCodePage() {}

  /** The text of bytes. */
  static String decode(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = offset; i < offset + length; i++) {
      int value = bytes[i] & 0xFF;
      text.append(value < 0x80 ? (char) value : UPPER_HALF.charAt(value - 0x80));
    }
    return text.toString();
  }
}
