// SPDX-License-Identifier: ISC
#include "base/err.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int __attribute__((format(printf, 4, 0)))
record(struct err *err, enum err_kind kind, int code, const char *fmt, va_list ap)
{
	err->kind = kind;
	err->code = code;
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);

	return code;
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, ERR_RUNTIME, code, fmt, ap);
	va_end(ap);

	return code;
}

int err_input(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, ERR_INPUT, -EINVAL, fmt, ap);
	va_end(ap);

	return -EINVAL;
}

int err_env(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(err, ERR_ENV, -ENOTSUP, fmt, ap);
	va_end(ap);

	return -ENOTSUP;
}

int err_sys(struct err *err, int code, const char *fmt, ...)
{
	size_t used;
	va_list ap;

	va_start(ap, fmt);
	record(err, ERR_RUNTIME, code, fmt, ap);
	va_end(ap);

	used = strlen(err->msg);
	(void)snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", strerror(-code));

	return code;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[sizeof(err->msg)];
	va_list ap;

	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	record(err, err->kind, err->code, fmt, ap);
	va_end(ap);

	/* A message that no longer fits loses its end: the innermost detail, never the nouns. */
	(void)strlcat(err->msg, ": ", sizeof(err->msg));
	(void)strlcat(err->msg, inner, sizeof(err->msg));

	return err->code;
}
