package io.vhdboot.provisioning;

import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.servicing.Servicing;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What was asked for, checked by {@link FlashImage.Builder}, which says what each means. */
record FlashOptions(
    ImageSource image,
    OptionalInt index,
    Optional<String> edition,
    Optional<Path> output,
    StickFirmware firmware,
    BootAuthority bootAuthority,
    OptionalLong stickSize,
    long vhdSize,
    VhdAllocation vhdAllocation,
    String vhdName,
    Optional<String> childName,
    String locale,
    Optional<String> description,
    String label,
    Optional<byte[]> seed,
    Optional<Instant> time,
    Optional<WofAlgorithm> compact,
    Optional<Servicing> servicing,
    Optional<Boolean> usbBoot,
    boolean hypervisor,
    boolean overwrite,
    boolean force) {}
