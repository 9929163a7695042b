/** Signatures of Windows programs, boot managers and catalogs. */
module io.vhdboot.authenticode {
  requires transitive io.vhdboot.disk;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;

  exports io.vhdboot.authenticode;
}
