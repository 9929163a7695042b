/**
 * From a Windows image to a flash image that boots it from a VHD. Begin with {@link
 * io.vhdboot.provisioning.FlashImage}, and look at its {@link io.vhdboot.provisioning.FlashPlan}
 * before it is written.
 */
package io.vhdboot.provisioning;
