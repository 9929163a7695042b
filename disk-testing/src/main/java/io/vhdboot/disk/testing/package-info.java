/** Devices that record, count and fail, for tests. */
package io.vhdboot.disk.testing;
