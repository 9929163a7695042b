package io.vhdboot.ntfs;

/**
 * The kinds of things that {@link NtfsChecker} finds, each with its severity and with what {@link
 * NtfsRepair} does about it.
 */
public enum NtfsFindingKind {
  // The boot sector and $MFT.
  BOOT_SECTOR(Severity.ERROR, "it is restored from its copy"),
  BOOT_FIELD(Severity.ERROR, "the field is set right"),
  BOOT_FIELD_UNUSUAL(Severity.STRICT, Remedy.NONE),
  BOOT_COPY(Severity.ERROR, "it is written anew from the boot sector"),
  BOOT_FILE(Severity.ERROR, "it is mapped to the volume's first clusters"),
  MFT_UNREADABLE(Severity.ERROR, "nothing: without $MFT and its mirror there is no volume"),
  MFT_SIZE(Severity.ERROR, "it is cut to what is mapped"),
  MFT_MIRROR(Severity.ERROR, "it is written anew from $MFT"),
  MFT_MIRROR_SIZE(Severity.STRICT, Remedy.NONE),
  // Records.
  RECORD_SIGNATURE(Severity.ERROR, "the record is saved if the rest of it is sound"),
  RECORD_TORN(Severity.ERROR, "the record is saved if what it holds is sound"),
  RECORD_HEADER(Severity.ERROR, "the field is set right"),
  RECORD_NUMBER(Severity.ERROR, "it is set right"),
  RECORD_FLAGS(Severity.ERROR, "they are set as the attributes are"),
  RECORD_LOST(Severity.ERROR, "the record is freed"),
  RECORD_UNUSUAL(Severity.STRICT, Remedy.NONE),
  RECORD_UNFORMATTED(Severity.INFO, Remedy.NONE),
  EXTENSION_BASE(Severity.ERROR, "the extension record is given to the file that lists it"),
  EXTENSION_UNUSED(Severity.ERROR, "the extension record is freed"),
  // Attributes.
  ATTRIBUTE_DAMAGED(Severity.ERROR, "the attribute is removed"),
  ATTRIBUTE_ORDER(Severity.ERROR, "they are sorted"),
  ATTRIBUTE_INSTANCE(Severity.ERROR, "they are numbered anew"),
  ATTRIBUTE_FORM(Severity.ERROR, "the attribute is removed, or made anew where it must be there"),
  ATTRIBUTE_FIELD(Severity.ERROR, "the field is set right"),
  ATTRIBUTE_UNUSUAL(Severity.STRICT, Remedy.NONE),
  ATTRIBUTE_UNKNOWN(Severity.ERROR, "the attribute is removed"),
  ATTRIBUTE_TWICE(Severity.ERROR, "the second one is removed"),
  ATTRIBUTE_MISPLACED(Severity.ERROR, "the attribute is removed"),
  ATTRIBUTE_LIST(Severity.ERROR, "it is written anew from the records"),
  ATTRIBUTE_LIST_UNUSUAL(Severity.STRICT, Remedy.NONE),
  DATA_RUNS(Severity.ERROR, "the stream is cut where its runs can no longer be read"),
  DATA_RUNS_UNUSUAL(Severity.STRICT, Remedy.NONE),
  EXTENT_RANGE(Severity.ERROR, "the range is set as the runs are"),
  EXTENT_MISSING(Severity.ERROR, "the stream is cut where the extent is missing"),
  STREAM_SIZE(Severity.ERROR, "the sizes are set as the runs are"),
  STORED_SIZE(Severity.ERROR, "it is set as the runs are"),
  STREAM_HOLE(Severity.ERROR, "the stream is marked sparse"),
  STREAM_UNUSUAL(Severity.STRICT, Remedy.NONE),
  COMPRESSION(Severity.ERROR, "the unit becomes zeros; nothing where clusters are too large"),
  // What attributes say.
  STANDARD_INFORMATION(Severity.ERROR, "it is made anew, as far as a name tells times"),
  FILE_ATTRIBUTES(Severity.ERROR, "they are set as the file is"),
  FILE_ATTRIBUTES_UNUSUAL(Severity.STRICT, "with --strict, they are set as the stream is"),
  NAME_DAMAGED(Severity.ERROR, "the name is removed"),
  NAME_FLAGS(Severity.ERROR, "they are set as the file is"),
  NAME_CHARACTERS(Severity.ERROR, "the name becomes a POSIX name, or its characters are replaced"),
  SHORT_NAME(Severity.ERROR, "a lone name becomes one without short name, others are removed"),
  NO_NAME(Severity.ERROR, "the file goes to found.000"),
  LINK_COUNT(Severity.ERROR, "it is set to the count of names"),
  DIRECTORY_NAMES(Severity.ERROR, "the directory keeps its first name"),
  DIRECTORY_FORM(Severity.ERROR, "it becomes a directory or a file by what it holds"),
  NO_DATA(Severity.ERROR, "the file gets an empty stream"),
  EXTENDED_ATTRIBUTES(Severity.ERROR, "their lengths are set right, or they are removed"),
  EXTENDED_ATTRIBUTES_UNUSUAL(Severity.STRICT, Remedy.NONE),
  REPARSE_POINT(Severity.ERROR, "the attribute bit is set right, or damaged data removed"),
  OVERLAY(Severity.ERROR, "nothing: the file cannot be read"),
  OBJECT_ID(Severity.ERROR, "the object id is removed"),
  // Allocation.
  CLUSTERS_SHARED(Severity.ERROR, "the first owner keeps them, others get a copy"),
  CLUSTERS_UNMARKED(Severity.ERROR, "they are marked in $Bitmap"),
  CLUSTERS_LOST(Severity.ERROR, "they are freed"),
  CLUSTER_BITMAP(Severity.ERROR, "it is made anew"),
  CLUSTER_BITMAP_UNUSUAL(Severity.STRICT, "with --strict, the bits are set"),
  RECORD_UNMARKED(Severity.ERROR, "it is marked in the bitmap of $MFT"),
  RECORD_MARKED(Severity.ERROR, "its bit is cleared"),
  RECORD_BITMAP(Severity.ERROR, "it is made anew"),
  RECORD_BITMAP_UNUSUAL(Severity.STRICT, "with --strict, the bits are cleared"),
  // Indexes.
  INDEX_ROOT(Severity.ERROR, "the index is made anew"),
  INDEX_BLOCK(Severity.ERROR, "the index is made anew"),
  INDEX_ENTRY(Severity.ERROR, "the index is made anew"),
  INDEX_ORDER(Severity.ERROR, "the index is made anew"),
  INDEX_DEPTH(Severity.ERROR, "the index is made anew"),
  INDEX_BITMAP(Severity.ERROR, "the index is made anew"),
  INDEX_UNUSUAL(Severity.STRICT, "with --strict, the index is made anew"),
  ENTRY_WITHOUT_FILE(Severity.ERROR, "the entry is removed"),
  ENTRY_WITHOUT_NAME(Severity.ERROR, "the entry is removed"),
  ENTRY_PARENT(Severity.ERROR, "the entry is set right"),
  NAME_WITHOUT_ENTRY(Severity.ERROR, "the entry is put into the directory"),
  NAME_WITHOUT_DIRECTORY(Severity.ERROR, "the name is removed; without another, see NO_NAME"),
  NAME_TWICE(Severity.ERROR, "the second file goes to found.000"),
  DUPLICATE_INFORMATION(Severity.STRICT, "with --strict, the entry is set as the file is"),
  DUPLICATE_TIMES(Severity.INFO, Remedy.NONE),
  DIRECTORY_UNREACHABLE(Severity.ERROR, "the directory goes to found.000"),
  // Metadata files.
  SYSTEM_FILE(Severity.ERROR, "it is set right where its content can be made anew"),
  SECURITY_STREAM(Severity.ERROR, "the entry is restored from its copy, or dropped"),
  SECURITY_COPY(Severity.ERROR, "the copy is written anew"),
  SECURITY_INDEX(Severity.ERROR, "the index is made anew from $SDS"),
  SECURITY_ID(Severity.ERROR, "the file gets a default descriptor"),
  SECURITY_UNUSUAL(Severity.STRICT, Remedy.NONE),
  OBJECT_ID_INDEX(Severity.ERROR, "the index is made anew from the files"),
  REPARSE_INDEX(Severity.ERROR, "the index is made anew from the files"),
  QUOTA_INDEX(Severity.ERROR, "the index is made anew with the defaults"),
  UPCASE(Severity.ERROR, "the table is written anew as Windows has it"),
  ATTRIBUTE_DEFINITIONS(Severity.ERROR, "they are written anew as Windows has them"),
  ATTRIBUTE_DEFINITIONS_UNUSUAL(Severity.STRICT, Remedy.NONE),
  VOLUME_INFORMATION(Severity.ERROR, "it is made anew"),
  VOLUME_UNUSUAL(Severity.STRICT, Remedy.NONE),
  VOLUME_DIRTY(Severity.STRICT, "the flag is cleared"),
  LOG(Severity.ERROR, "the log is emptied"),
  LOG_PENDING(Severity.STRICT, "the log is emptied, not replayed"),
  BAD_CLUSTERS(Severity.ERROR, "the stream is made anew"),
  BAD_CLUSTERS_PRESENT(Severity.STRICT, Remedy.NONE);

  /** How bad a finding is. */
  public enum Severity {
    /** Something that Windows' own checker would repair. */
    ERROR,
    /** Legal, but not what a volume has that was made and left with care. */
    STRICT,
    /** An observation. */
    INFO
  }

  private static final class Remedy {
    static final String NONE = "nothing";
  }

  private final Severity severity;
  private final String remedy;

  NtfsFindingKind(Severity severity, String remedy) {
    this.severity = severity;
    this.remedy = remedy;
  }

  /** How bad it is. */
  public Severity severity() {
    return severity;
  }

  /** What repair does about it, a clause without a full stop. */
  public String remedy() {
    return remedy;
  }
}
