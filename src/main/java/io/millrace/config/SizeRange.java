package io.millrace.config;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** A size from, unless it is said otherwise, 1 byte to what one array can hold with room to spare, 1 GB; an unset one is legal. */
@Documented
@Constraint(validatedBy = SizeRange.Check.class)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface SizeRange {

    String message() default "must be a size from {min} to {max}";

    /** The smallest size that is legal. */
    String min() default "1B";

    /** The largest size that is legal, as in {@code 1GB}. */
    String max() default "1GB";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Made by the validator. */
    final class Check implements ConstraintValidator<SizeRange, DataSize> {

        private long min;
        private long max;

        @Override
        public void initialize(SizeRange range) {
            min = DataSize.parse(range.min()).toBytes();
            max = DataSize.parse(range.max()).toBytes();
        }

        @Override
        public boolean isValid(@Nullable DataSize size, ConstraintValidatorContext context) {
            return size == null || (size.toBytes() >= min && size.toBytes() <= max);
        }
    }
}
