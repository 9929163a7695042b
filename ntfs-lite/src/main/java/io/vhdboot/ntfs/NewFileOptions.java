package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import java.util.Optional;
import java.util.OptionalLong;

/** What a new file or directory shall be like besides its name. Immutable. */
public final class NewFileOptions {

  private static final NewFileOptions DEFAULTS = new Builder().build();

  private final OptionalLong attributes;
  private final OptionalLong created;
  private final OptionalLong modified;
  private final OptionalLong changed;
  private final OptionalLong accessed;
  private final byte[] securityDescriptor;
  private final String shortName;
  private final boolean isPosix;

  private NewFileOptions(Builder builder) {
    this.attributes = builder.attributes;
    this.created = builder.created;
    this.modified = builder.modified;
    this.changed = builder.changed;
    this.accessed = builder.accessed;
    this.securityDescriptor = builder.securityDescriptor;
    this.shortName = builder.shortName;
    this.isPosix = builder.isPosix;
  }

  /**
   * What Windows gives a new file: the archive attribute, the time of the clock, what it inherits
   * from the directory's descriptor.
   */
  public static NewFileOptions defaults() {
    return DEFAULTS;
  }

  /** Begins with {@link #defaults}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The attributes, if they were set. */
  OptionalLong attributes() {
    return attributes;
  }

  OptionalLong created() {
    return created;
  }

  OptionalLong modified() {
    return modified;
  }

  OptionalLong changed() {
    return changed;
  }

  OptionalLong accessed() {
    return accessed;
  }

  Optional<byte[]> securityDescriptor() {
    return Optional.ofNullable(securityDescriptor);
  }

  Optional<String> shortName() {
    return Optional.ofNullable(shortName);
  }

  boolean isPosix() {
    return isPosix;
  }

  /** Collects options. Not safe for several threads. */
  public static final class Builder {

    private OptionalLong attributes = OptionalLong.empty();
    private OptionalLong created = OptionalLong.empty();
    private OptionalLong modified = OptionalLong.empty();
    private OptionalLong changed = OptionalLong.empty();
    private OptionalLong accessed = OptionalLong.empty();
    private byte[] securityDescriptor;
    private String shortName;
    private boolean isPosix;

    private Builder() {}

    /** Sets the bits of {@link FileAttributes#SETTABLE}; others are ignored. */
    public Builder attributes(int bits) {
      attributes = OptionalLong.of(bits & FileAttributes.SETTABLE);
      return this;
    }

    /** Sets all four times, 100 ns since 1601. */
    public Builder times(long newCreated, long newModified, long newChanged, long newAccessed) {
      created = OptionalLong.of(newCreated);
      modified = OptionalLong.of(newModified);
      changed = OptionalLong.of(newChanged);
      accessed = OptionalLong.of(newAccessed);
      return this;
    }

    /** Sets the security descriptor, self-relative, in place of an inherited one. */
    public Builder securityDescriptor(byte[] selfRelative) {
      String problem = SecurityDescriptor.problem(selfRelative);
      if (problem != null) {
        throw new IllegalArgumentException("security descriptor: " + problem);
      }
      securityDescriptor = selfRelative.clone();
      return this;
    }

    /** Sets the 8.3 name; without it, the editor's rule decides. */
    public Builder shortName(String name) {
      if (!ShortNames.isShortName(name)) {
        throw new IllegalArgumentException("shortName (" + name + ") must be an 8.3 name");
      }
      shortName = name;
      return this;
    }

    /**
     * Takes any name but one with NUL or a slash, also one that Windows cannot use and one that
     * differs from another only in its case.
     */
    public Builder posix(boolean allowed) {
      isPosix = allowed;
      return this;
    }

    /** The options as they are now. */
    public NewFileOptions build() {
      return new NewFileOptions(this);
    }
  }
}
