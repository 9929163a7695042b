/** Decoders and encoders of Windows images. */
module io.vhdboot.compression {
  exports io.vhdboot.compression;
}
