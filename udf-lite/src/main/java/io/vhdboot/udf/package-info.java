/**
 * Reads disc images, such as those that Windows is installed from. Begin with {@link
 * io.vhdboot.udf.Disc}.
 */
package io.vhdboot.udf;
