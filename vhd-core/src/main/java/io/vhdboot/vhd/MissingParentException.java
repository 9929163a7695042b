package io.vhdboot.vhd;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Says that the parent of a differencing VHD was not found where the child says it is. */
public class MissingParentException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient ParentReference parent;

  /**
   * Creates an exception.
   *
   * @param child the name of the child's file
   * @param parent what the child says of its parent
   * @param others what was found instead, for people
   */
  public MissingParentException(String child, ParentReference parent, List<String> others) {
    super(message(child, parent, others));
    this.parent = parent;
  }

  private static String message(String child, ParentReference parent, List<String> others) {
    String paths =
        parent.paths().stream()
            .map(path -> "\"" + path + "\"")
            .distinct()
            .collect(Collectors.joining(", "));
    return child
        + ": a differencing VHD, whose parent with the unique id "
        + parent.uniqueId()
        + (paths.isEmpty() ? " is not named" : " is not at " + paths)
        + (others.isEmpty() ? "" : "; " + String.join("; ", others));
  }

  /** What the child says of its parent. */
  public ParentReference parent() {
    return parent;
  }
}
