// SPDX-License-Identifier: ISC
/* Values of fields: text to data, checked. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "hybrid/lab_fields.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

size_t lab_type_size(const struct lab_field *f)
{
	static const size_t sizes[LAB_TYPE_COUNT] = {
		[LAB_ADDRESS] = sizeof(struct in_addr),
		[LAB_CIDR] = sizeof(struct ipv4_net),
		[LAB_COMMUNITY] = sizeof(uint32_t),
		[LAB_REF] = sizeof(struct lab_ref),
	};

	return lab_field_is_list(f) ? sizes[f->type] : f->size;
}

unsigned lab_list_max(const struct lab_field *f)
{
	return (unsigned)(f->size / lab_type_size(f));
}

const char *lab_bad_name(const char *name, size_t size)
{
	if (!*name)
		return "empty";
	if (name[strspn(name, LETTERS DIGITS "_-")])
		return "not a name";
	if (strlen(name) >= size)
		return "too long";

	return NULL;
}

/* [A: Site-to-Site VPN User Guide, VPNTunnels, 2023-04] */
static const char *bad_psk(const char *text)
{
	if (strlen(text) < 8 || strlen(text) > 64)
		return "not 8 to 64 characters long";
	if (text[strspn(text, LETTERS DIGITS "._")])
		return "has other characters than those that are allowed";

	return *text == '0' ? "starts with 0" : NULL;
}

/* Up to 80 bytes: TCP_MD5SIG_MAXKEYLEN of Linux. Spaces and quotes would need quoting in a router's configuration. */
static const char *bad_md5(const char *text, size_t size)
{
	if (!*text)
		return "empty";
	if (strlen(text) >= size)
		return "too long";
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c >= 0x7f || *c == '"' || *c == '\\')
			return "has other characters than those that are allowed";
	}

	return NULL;
}

static const char *bad_number(const struct lab_field *f, const char *text, uint64_t *ret)
{
	uint64_t value = 0;
	const char *wrong = unit_parse(f->unit, text, &value);

	if (wrong)
		return wrong;
	if (value < f->min || value > f->max)
		return "out of range";

	*ret = value;
	return NULL;
}

static const char *bad_choice(const struct lab_field *f, const char *text, unsigned *ret)
{
	for (unsigned i = 0; i < f->n_choices; i++) {
		if (strcmp(text, f->choices[i]) == 0) {
			*ret = i;
			return NULL;
		}
	}

	return *text ? "unknown" : "empty";
}

static const char *bad_cidr(const char *text, struct ipv4_net *ret)
{
	struct ipv4_net net;
	const char *wrong = ipv4_net_parse(text, &net);

	if (wrong)
		return wrong;
	if (ipv4_first(&net) != ntohl(net.address.s_addr))
		return "not the network's first address";

	*ret = net;
	return NULL;
}

/* "65000:100" (RFC 1997). */
static const char *bad_community(const char *text, uint32_t *ret)
{
	static const struct lab_field half = { .max = UINT16_MAX };
	const char *colon = strchr(text, ':');
	uint64_t high = 0, low = 0;
	char first[8];

	if (!colon || (size_t)(colon - text) >= sizeof(first))
		return "not a community";
	(void)snprintf(first, sizeof(first), "%.*s", (int)(colon - text), text);
	if (bad_number(&half, first, &high) || bad_number(&half, colon + 1, &low))
		return "not a community";

	*ret = (uint32_t)(high << 16 | low);
	return NULL;
}

static const char *bad_port(const char *text, struct lab_port *ret)
{
	static const struct lab_field port = { .min = 1, .max = UINT16_MAX };
	const char *slash = strchr(text, '/');
	bool tcp = slash && strcmp(slash, "/tcp") == 0;
	uint64_t number = 0;
	char digits[8];

	if (!slash || (!tcp && strcmp(slash, "/udp") != 0) ||
	    (size_t)(slash - text) >= sizeof(digits))
		return "not a port";
	(void)snprintf(digits, sizeof(digits), "%.*s", (int)(slash - text), text);
	if (bad_number(&port, digits, &number))
		return "not a port";

	*ret = (struct lab_port){ .protocol = tcp ? LAB_TCP : LAB_UDP, .port = (unsigned)number };
	return NULL;
}

/* Stores what is in the right form; else returns what is wrong. */
static const char *parse(const struct lab_field *f, const char *text, void *value)
{
	const char *wrong = NULL;
	uint64_t number = 0;
	unsigned choice = 0;

	switch (f->type) {
	case LAB_IDENT:
		wrong = lab_bad_name(text, f->size);
		break;
	case LAB_TEXT:
		wrong = text_fault(text, f->size);
		break;
	case LAB_PSK:
		wrong = bad_psk(text);
		break;
	case LAB_MD5:
		wrong = bad_md5(text, f->size);
		break;
	case LAB_UNSIGNED:
		wrong = bad_number(f, text, &number);
		if (!wrong)
			*(unsigned *)value = (unsigned)number;
		return wrong;
	case LAB_QUANTITY:
		return bad_number(f, text, value);
	case LAB_SWITCH:
		wrong = strcmp(text, "on") != 0 && strcmp(text, "off") != 0 ? "unknown" : NULL;
		if (!wrong)
			*(bool *)value = strcmp(text, "on") == 0;
		return wrong;
	case LAB_CHOICE:
		return bad_choice(f, text, value);
	case LAB_SET:
		wrong = bad_choice(f, text, &choice);
		if (!wrong)
			*(unsigned *)value |= 1U << choice;
		return wrong;
	case LAB_ADDRESS:
		return ipv4_parse(text, value);
	case LAB_INTERFACE:
		return ipv4_net_parse(text, value);
	case LAB_CIDR:
		return bad_cidr(text, value);
	case LAB_COMMUNITY:
		return bad_community(text, value);
	case LAB_PORT:
		return bad_port(text, value);
	case LAB_REF:
	case LAB_FILE:
	case LAB_PROFILE:
	case LAB_SETTINGS:
	case LAB_TYPE_COUNT:
		return "not to be parsed";
	}
	if (!wrong)
		(void)snprintf(value, f->size, "%s", text);

	return wrong;
}

int lab_parse(const struct lab_field *f, const char *text, void *value, struct err *err)
{
	const char *wrong = parse(f, text, value);
	char shown[48], allowed[LAB_ALLOWED_MAX];

	if (!wrong)
		return 0;
	(void)lab_allowed(f, allowed, sizeof(allowed));
	if (f->type == LAB_PSK || f->type == LAB_MD5)
		return err_input(err, "%s; allowed: %s", wrong, allowed);

	return err_input(err, "'%s': %s; allowed: %s", text_for_message(text, shown, sizeof(shown)),
			 wrong, allowed);
}
