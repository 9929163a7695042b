package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.io.IOException;
import java.util.Optional;

/** Says whether firmware with Secure Boot starts a program. */
@FunctionalInterface
public interface SignatureCheck {

  /** Asks nothing: every program is taken as it is. */
  SignatureCheck NONE = (program, era) -> Optional.empty();

  /**
   * Judges a program.
   *
   * @param program a file that is a program for EFI
   * @param era whose signatures the firmware trusts
   * @return what keeps the firmware from starting it
   * @throws io.vhdboot.disk.DiskFormatException when it is damaged
   */
  Optional<Refusal> check(BlockDevice program, BootAuthority era) throws IOException;

  /**
   * Why a program is not started.
   *
   * @param error what is seen
   * @param cause the reason, for people
   */
  record Refusal(BootError error, String cause) {}
}
