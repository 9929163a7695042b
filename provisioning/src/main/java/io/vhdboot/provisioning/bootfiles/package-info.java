/** What bcdboot copies onto a system partition, and where from. */
package io.vhdboot.provisioning.bootfiles;
