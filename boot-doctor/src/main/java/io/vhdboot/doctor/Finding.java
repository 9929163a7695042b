package io.vhdboot.doctor;

/**
 * Something on the way that breaks, or may.
 *
 * @param step where on the way
 * @param severity what follows from it
 * @param error what is seen on the screen
 * @param place the file and offset or path that is at fault
 * @param cause what is wrong, for people
 * @param remedy a command that mends it, or what else to do
 * @param mendable whether {@link BootDoctor#mend} does it
 */
public record Finding(
    Step step,
    Severity severity,
    BootError error,
    String place,
    String cause,
    String remedy,
    boolean mendable) {

  /** What follows from a finding. */
  public enum Severity {
    /** The machine does not get farther. */
    BREAKS,
    /** Some machines do not get farther. */
    MAY_BREAK,
    /** It does no harm by itself. */
    REMARK
  }

  @Override
  public String toString() {
    return step + ": " + cause + " (" + place + ")";
  }
}
