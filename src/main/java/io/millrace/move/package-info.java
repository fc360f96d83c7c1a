/**
 * The command that moves topics and the offsets of groups between the embedded log and a Kafka cluster. {@code Plan} says
 * what is to be done and what stands against it, {@code PartitionMove} walks over both sides of a partition and appends what
 * is missing, {@code Mover} does all of it and checks it. Nothing that is there is rewritten, so that a move that was broken
 * off is finished by doing it again.
 */
@NullMarked
package io.millrace.move;

import org.jspecify.annotations.NullMarked;
