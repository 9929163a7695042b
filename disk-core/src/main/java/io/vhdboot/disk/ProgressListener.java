package io.vhdboot.disk;

/**
 * Is told how long work gets on. Calls come from one thread at a time and often: an implementation
 * must be quick.
 */
public interface ProgressListener {

  /** Listens to nothing. */
  ProgressListener NONE =
      new ProgressListener() {
        @Override
        public void begin(String phase, long total) {}

        @Override
        public void advance(long amount) {}
      };

  /**
   * A phase of the work begins; the phase before it, if any, is complete.
   *
   * @param phase what is done, for people
   * @param total how much there is to do in bytes, or -1 when that is not known
   */
  void begin(String phase, long total);

  /** So many bytes more are done. */
  void advance(long amount);
}
