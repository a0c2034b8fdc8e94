/* SPDX-License-Identifier: ISC */
/*
 * Errors are values. A fallible function returns 0 or -errno and takes a struct err last, which lives on
 * the caller's stack; each layer adds the noun it knows with err_wrap(); only cli/main.c prints and exits.
 */
#ifndef DXEMU_BASE_ERR_H
#define DXEMU_BASE_ERR_H

/* Who has to act, which is also the exit status of the program. */
enum err_kind {
	ERR_INPUT = 2,	 /* the user: wrong usage or input */
	ERR_ENV = 3,	 /* the machine lacks something; the message names the remedy */
	ERR_RUNTIME = 4, /* something failed while running */
	ERR_OWN =
		125, /* any of these, where the exit status is otherwise that of the user's command */
};

struct err {
	enum err_kind kind;
	int code; /* -errno */
	char msg[1024];
};

/*
 * err_set() records a runtime failure, err_input() a fault in what the user wrote (-EINVAL) and err_env()
 * something the machine lacks (-ENOTSUP). Each returns the code, so that one line reports and returns.
 */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int err_input(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int err_env(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Like err_set() with strerror(-code) appended. */
int err_sys(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "noun: " in front of the message and keeps kind and code; returns the code. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
