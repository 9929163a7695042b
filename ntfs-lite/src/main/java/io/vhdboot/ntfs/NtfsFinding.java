package io.vhdboot.ntfs;

import java.util.OptionalLong;

/**
 * One thing that a checker found on a volume.
 *
 * @param kind its kind, which has the severity and the remedy
 * @param record the number of the MFT record that it is about, if it is about one
 * @param path the path of that file from the root, empty where there is none or it is not known
 * @param message what was found and what was expected, without a full stop
 */
public record NtfsFinding(NtfsFindingKind kind, OptionalLong record, String path, String message) {

  /** How bad it is. */
  public NtfsFindingKind.Severity severity() {
    return kind.severity();
  }

  /** The finding as one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(severity() + " " + kind);
    if (record.isPresent()) {
      text.append(", record ").append(record.getAsLong());
    }
    if (!path.isEmpty()) {
      text.append(" (").append(path).append(')');
    }
    return text.append(": ").append(message).toString();
  }
}
