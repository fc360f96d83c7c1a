package io.millrace.config;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Makes the settings a bean, {@link MillraceProperties}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MillraceProperties.class)
class PropertiesConfiguration {}
