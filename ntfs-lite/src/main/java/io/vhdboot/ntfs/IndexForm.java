package io.vhdboot.ntfs;

/**
 * What the index of a name must be like.
 *
 * @param attributeType the type of the attribute that is indexed, 0 in a view
 * @param collation the collation
 */
record IndexForm(int attributeType, int collation) {

  /** The form of a file's index, or null where none is known. */
  static IndexForm of(CheckedFile file, String name) {
    return of(name, file.has(AttributeType.INDEX_ROOT, "$Q"));
  }

  /**
   * The form of an index, or null where none is known.
   *
   * @param hasQuotas whether its file has the index $Q too, as $Quota has
   */
  static IndexForm of(String name, boolean hasQuotas) {
    return switch (name) {
      case CheckedVolume.DIRECTORY_INDEX ->
          new IndexForm(AttributeType.FILE_NAME, IndexRoot.COLLATION_FILE_NAME);
      case "$SDH" -> new IndexForm(0, IndexRoot.COLLATION_SECURITY_HASH);
      case "$SII", "$Q" -> new IndexForm(0, IndexRoot.COLLATION_U32);
      case "$R" -> new IndexForm(0, IndexRoot.COLLATION_U32_ARRAY);
      case "$O" ->
          new IndexForm(0, hasQuotas ? IndexRoot.COLLATION_SID : IndexRoot.COLLATION_U32_ARRAY);
      default -> null;
    };
  }

  boolean isRight(IndexRoot root) {
    return root.attributeType() == attributeType && root.collation() == collation;
  }
}
