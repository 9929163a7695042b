/** A program that embeds some of vhdboot's libraries. */
module consumer {
  requires io.vhdboot.bcd;
  requires io.vhdboot.ntfs;
  requires io.vhdboot.provisioning;
  requires io.vhdboot.vhd;
  requires io.vhdboot.wim;
}
