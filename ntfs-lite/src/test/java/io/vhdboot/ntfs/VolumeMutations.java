package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Single faults in a {@link MutationBase}, each with what a checker must say of it. */
abstract class VolumeMutations {

  static final int SI = AttributeType.STANDARD_INFORMATION;
  static final int FN = AttributeType.FILE_NAME;
  static final int DATA = AttributeType.DATA;
  static final int ROOT = AttributeType.INDEX_ROOT;
  static final int ALLOCATION = AttributeType.INDEX_ALLOCATION;
  static final int LIST = AttributeType.ATTRIBUTE_LIST;
  static final String I30 = "$I30";

  /** Changes a volume. */
  interface Fault {
    void apply(MutableImage image) throws IOException;
  }

  /**
   * A fault.
   *
   * @param name what it is
   * @param kind what must be found, among other things
   * @param touched the paths of files that may be other than before when it is repaired; that of a
   *     directory stands for all in it
   */
  record Mutation(String name, NtfsFindingKind kind, List<String> touched, Fault fault) {}

  private final List<Mutation> all = new ArrayList<>();

  /** All faults, in a fixed order. */
  static List<Mutation> all() {
    List<Mutation> all = new ArrayList<>();
    for (VolumeMutations mutations :
        List.of(new RecordMutations(), new NameMutations(), new MetadataMutations())) {
      mutations.addAll();
      all.addAll(mutations.all);
    }
    return all;
  }

  /** Adds the faults of a kind. */
  abstract void addAll();

  final void add(String name, NtfsFindingKind kind, Fault fault, String... touched) {
    all.add(new Mutation(name, kind, List.of(touched), fault));
  }

  static MutableImage.Change flip(int offset, int bits) {
    return b -> b[offset] ^= (byte) bits;
  }
}
