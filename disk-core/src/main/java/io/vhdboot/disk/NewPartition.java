package io.vhdboot.disk;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What a partition shall be that a {@link PartitionEditor} adds. Immutable.
 *
 * @param role where it shall stand in the table
 * @param type what it shall hold; of no matter for an extended partition
 * @param offset where it shall begin, in bytes, a whole number of sectors; where there is room
 *     unless given
 * @param length its length in bytes, rounded up to whole sectors; all of the room unless given
 * @param alignment what the place is a multiple of where no offset is given, in bytes
 * @param active whether an MBR shall mark it for booting
 * @param guid its own GUID, which a GPT demands
 * @param attributes its attributes in a GPT
 * @param name its name in a GPT, at most 36 UTF-16 units
 */
public record NewPartition(
    PartitionRole role,
    PartitionType type,
    OptionalLong offset,
    OptionalLong length,
    long alignment,
    boolean active,
    Optional<UUID> guid,
    long attributes,
    String name) {

  /** What partitions are aligned to unless told, as Windows does since Vista: 1 MiB. */
  public static final long DEFAULT_ALIGNMENT = 1L << 20;

  /** Checks the numbers. */
  public NewPartition {
    if (alignment < 1) {
      throw new IllegalArgumentException("alignment (" + alignment + ") must be positive");
    }
    if (length.isPresent() && length.getAsLong() < 1) {
      throw new IllegalArgumentException("length (" + length.getAsLong() + ") must be positive");
    }
    if (offset.isPresent() && offset.getAsLong() < 1) {
      throw new IllegalArgumentException("offset (" + offset.getAsLong() + ") must be positive");
    }
    if (name.length() > GptEntry.MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "name (" + name + ") must have at most " + GptEntry.MAX_NAME_LENGTH + " units");
    }
  }

  /** Begins with a primary partition of a type that takes all the room there is in one piece. */
  public static Builder of(PartitionType type) {
    return new Builder(type);
  }

  /** Collects what a partition shall be. Not thread-safe. */
  public static final class Builder {

    private final PartitionType type;
    private PartitionRole role = PartitionRole.PRIMARY;
    private OptionalLong offset = OptionalLong.empty();
    private OptionalLong length = OptionalLong.empty();
    private long alignment = DEFAULT_ALIGNMENT;
    private boolean active;
    private Optional<UUID> guid = Optional.empty();
    private long attributes;
    private String name = "";

    private Builder(PartitionType type) {
      this.type = type;
    }

    /** Where it shall stand in the table. */
    public Builder role(PartitionRole value) {
      this.role = value;
      return this;
    }

    /** Where it shall begin, in bytes. */
    public Builder offset(long bytes) {
      this.offset = OptionalLong.of(bytes);
      return this;
    }

    /** Its length in bytes. */
    public Builder length(long bytes) {
      this.length = OptionalLong.of(bytes);
      return this;
    }

    /** What its place shall be a multiple of, in bytes. */
    public Builder alignment(long bytes) {
      this.alignment = bytes;
      return this;
    }

    /** Whether an MBR shall mark it for booting. */
    public Builder active(boolean value) {
      this.active = value;
      return this;
    }

    /** Its own GUID. */
    public Builder guid(UUID value) {
      this.guid = Optional.of(value);
      return this;
    }

    /** Its attributes in a GPT. */
    public Builder attributes(long value) {
      this.attributes = value;
      return this;
    }

    /** Its name in a GPT. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** The description. */
    public NewPartition build() {
      return new NewPartition(
          role, type, offset, length, alignment, active, guid, attributes, name);
    }
  }
}
