/**
 * Signs programs and catalogs with keys made for the purpose, for tests; shares no code with the
 * library that reads them. Begin with {@link io.vhdboot.authenticode.testing.TestSigner}.
 */
package io.vhdboot.authenticode.testing;
