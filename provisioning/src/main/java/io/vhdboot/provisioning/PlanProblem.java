package io.vhdboot.provisioning;

/**
 * Something about a plan that keeps the stick from being made, or from working.
 *
 * @param severity what follows from it
 * @param what what is wrong, for people, without a full stop
 * @param remedy what to change; empty where nothing helps
 */
public record PlanProblem(Severity severity, String what, String remedy) {

  /** What follows from a problem. */
  public enum Severity {
    /** The stick may not do what is expected of it. */
    WARNING,
    /** The image is not one that makes a bootable stick; can be forced. */
    UNSUITABLE_IMAGE,
    /** There is too little room for what happens later; can be forced. */
    TIGHT,
    /** It cannot be laid out at all; cannot be forced. */
    IMPOSSIBLE
  }

  static PlanProblem warning(String what, String remedy) {
    return new PlanProblem(Severity.WARNING, what, remedy);
  }

  @Override
  public String toString() {
    return remedy.isEmpty() ? what : what + "; " + remedy;
  }
}
