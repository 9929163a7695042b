package io.vhdboot.doctor;

import java.util.Optional;

/**
 * A finding with what mends it.
 *
 * @param finding what is wrong
 * @param cure what mends it, where that is safe
 */
record Fault(Finding finding, Optional<Cure> cure) {}
