/** Tests of what the service is deployed with: Kubernetes manifests and container images. */
@org.jspecify.annotations.NullMarked
package dev.evenkeel.deploy;
