//go:build !linux

package passwords

// lowerPriority does nothing: elsewhere threads have no priority of their own that could be lowered without rights.
func lowerPriority() {}
