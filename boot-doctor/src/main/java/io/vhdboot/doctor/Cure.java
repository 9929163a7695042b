package io.vhdboot.doctor;

import java.io.IOException;

/** Mends one thing, in place. */
@FunctionalInterface
interface Cure {

  /** Does it, and says what was done. */
  String apply() throws IOException;
}
