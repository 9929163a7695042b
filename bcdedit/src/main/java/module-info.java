/** Carries out the commands of bcdedit on stores in files and images. */
module io.vhdboot.bcdedit {
  requires transitive io.vhdboot.bcd;
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.image;

  exports io.vhdboot.bcdedit;
}
