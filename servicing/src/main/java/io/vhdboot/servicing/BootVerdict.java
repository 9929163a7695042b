package io.vhdboot.servicing;

/**
 * Whether a Windows starts from something.
 *
 * @param answer the answer
 * @param reason why, for people
 */
public record BootVerdict(Answer answer, String reason) {

  /** The answer. */
  public enum Answer {
    /** It does. */
    YES,
    /** It does not. */
    NO,
    /** Too little is known of it. */
    UNKNOWN
  }

  static BootVerdict yes(String reason) {
    return new BootVerdict(Answer.YES, reason);
  }

  static BootVerdict no(String reason) {
    return new BootVerdict(Answer.NO, reason);
  }

  static BootVerdict unknown(String reason) {
    return new BootVerdict(Answer.UNKNOWN, reason);
  }
}
