"""What a process may take and do: limits of time, memory and stack, and the sandbox. Imported by engines and faces alike."""
