package io.vhdboot.imaging.capture;

import io.vhdboot.wim.NewFile;
import java.util.List;

/**
 * What a capture found. Contents are read from their place when the tree is written, so that must
 * stay as it is until then.
 *
 * @param root the root, for {@link io.vhdboot.wim.WimTarget#addImage}
 * @param names how many names are in it
 * @param warnings what could not be captured as it is, a sentence each
 */
public record CapturedTree(NewFile root, long names, List<String> warnings) {

  /** Takes a copy of the list. */
  public CapturedTree {
    warnings = List.copyOf(warnings);
  }
}
