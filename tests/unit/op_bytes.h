/* SPDX-License-Identifier: ISC */
/* For tests of the messages that operations become. */
#ifndef DXEMU_TESTS_UNIT_OP_BYTES_H
#define DXEMU_TESTS_UNIT_OP_BYTES_H

#include <criterion/criterion.h>
#include <netlink/attr.h>
#include <stdio.h>

#include "netns/nl.h"
#include "netns/op_message.h"

static const struct op_refs refs = { .ifindex = 3, .other = 2, .ns_fd = 40, .peer_ns_fd = 41 };

static inline struct nl_msg *build(op_message_fn *fn, const struct op *op)
{
	struct nl_msg *msg = NULL;
	struct err err;
	int r = fn(op, &refs, &msg, &err);

	cr_assert_eq(r, 0, "%s", r ? err.msg : "");

	return msg;
}

/* The attribute at a path of types (ended by 0) below a header of @hdrlen bytes; NULL if absent. */
static inline struct nlattr *find(struct nl_msg *msg, size_t hdrlen, const int *path)
{
	struct nlattr *attr = nlmsg_find_attr(nlmsg_hdr(msg), (int)hdrlen, path[0]);

	for (path++; attr && *path; path++)
		attr = nla_find(nla_data(attr), nla_len(attr), *path);

	return attr;
}

#define FIND(msg, hdr, ...) find(msg, sizeof(hdr), (const int[]){ __VA_ARGS__, 0 })

static inline void expect_bytes(const struct nlattr *attr, const char *hex, const char *what)
{
	char text[256] = "(absent)";

	if (attr)
		text[0] = '\0';
	for (int i = 0; attr && i < nla_len(attr) && i < 120; i++)
		(void)snprintf(text + (size_t)i * 2, sizeof(text) - (size_t)i * 2, "%02x",
			       ((const unsigned char *)nla_data(attr))[i]);
	cr_expect_str_eq(text, hex, "%s: is %s, not %s", what, text, hex);
}

#endif
