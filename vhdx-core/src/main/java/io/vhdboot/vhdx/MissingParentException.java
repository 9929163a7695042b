package io.vhdboot.vhdx;

import java.io.IOException;
import java.util.List;

/** Says that the parent of a differencing VHDX is at none of the places where it should be. */
public final class MissingParentException extends IOException {

  private static final long serialVersionUID = 1L;

  MissingParentException(String child, List<String> paths) {
    super(
        child
            + ": the parent of this differencing VHDX is not found"
            + (paths.isEmpty()
                ? "; no path is given"
                : " at \"" + String.join("\" nor \"", paths) + "\""));
  }
}
