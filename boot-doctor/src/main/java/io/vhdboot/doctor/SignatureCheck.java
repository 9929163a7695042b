package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.Optional;

/** Says whether firmware, or a boot manager, starts a program with such signatures. */
@FunctionalInterface
interface SignatureCheck {

  /** Judges a program; nothing where its signatures keep nobody from starting it. */
  Optional<Refusal> check(BlockDevice program) throws IOException;

  /**
   * Why a program is not started.
   *
   * @param error what is seen
   * @param cause the reason, for people
   * @param isCertain whether every machine that was asked about refuses it
   */
  record Refusal(BootError error, String cause, boolean isCertain) {}
}
