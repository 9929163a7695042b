/** The x86 code that vhdboot writes to make a disk boot. */
module io.vhdboot.bootcode {
  exports io.vhdboot.bootcode;
}
