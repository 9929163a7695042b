/** Measurements, run by {@code java -jar benchmarks/target/benchmarks.jar} and codecs.sh. */
package io.vhdboot.benchmarks;
