// SPDX-License-Identifier: ISC
/* The values of keys: text to field, checked, and back. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "model/profile_keys.h"

static const unsigned tpids[] = { 0x8100, 0x88a8 };

bool key_is_zero(const struct key *key, const void *field)
{
	switch (key->type) {
	case KEY_IDENT:
	case KEY_TEXT:
		return !*(const char *)field;
	case KEY_CHOICE:
	case KEY_TPID:
	case KEY_UNSIGNED:
		return !*(const unsigned *)field;
	case KEY_QUANTITY:
		return !*(const uint64_t *)field;
	case KEY_RATIO:
		return *(const double *)field == 0;
	}

	return true;
}

bool key_is_equal(const struct key *key, const void *a, const void *b)
{
	if (key->type == KEY_IDENT || key->type == KEY_TEXT)
		return strcmp(a, b) == 0;

	return memcmp(a, b, key->size) == 0;
}

char *key_allowed(const struct key *key, char *buf, size_t size)
{
	char min[32], max[32], none[32];
	size_t used;

	switch (key->type) {
	case KEY_IDENT:
		(void)snprintf(buf, size, "up to %zu of a-z A-Z 0-9 . _ -", key->size - 1);
		break;
	case KEY_TEXT:
		(void)snprintf(buf, size, "one line of UTF-8, up to %zu bytes", key->size - 1);
		break;
	case KEY_CHOICE:
		used = (size_t)snprintf(buf, size, "one of ");
		for (size_t i = 0; i < key->n_choices && used < size; i++)
			used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? ", " : "",
						 key->choices[i]);
		break;
	case KEY_TPID:
		(void)snprintf(buf, size, "one of 0x%04x, 0x%04x", tpids[0], tpids[1]);
		break;
	case KEY_UNSIGNED:
	case KEY_QUANTITY:
		(void)snprintf(buf, size, "%s to %s%s%s",
			       unit_format(key->unit, key->min, min, sizeof(min)),
			       unit_format(key->unit, key->max, max, sizeof(max)),
			       key->optional ? ", or for none " : "",
			       key->optional ? unit_format(key->unit, 0, none, sizeof(none)) : "");
		break;
	case KEY_RATIO:
		(void)snprintf(buf, size, "0 to 1");
		break;
	}

	return buf;
}

/* What is wrong with a name or a title, or NULL. */
static const char *bad_text(const struct key *key, const char *text)
{
	const char *wrong = text_fault(text, key->size);

	if (wrong || key->type != KEY_IDENT)
		return wrong;

	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._-")]
		       ? "not a name"
		       : NULL;
}

/* As bad_text(), for what is a number in a field: *ret_value is what to store. */
static const char *bad_number(const struct key *key, const char *text, uint64_t *ret_value)
{
	uint64_t value = 0;
	const char *wrong = unit_parse(key->unit, text, &value);

	if (wrong)
		return wrong;
	if ((value < key->min || value > key->max) && !(key->optional && value == 0))
		return "out of range";

	*ret_value = value;
	return NULL;
}

static const char *bad_choice(const struct key *key, const char *text, unsigned *ret_value)
{
	char name[16];

	for (unsigned i = 0; i < key->n_choices; i++) {
		if (strcmp(text, key->choices[i]) == 0) {
			*ret_value = i;
			return NULL;
		}
	}
	for (size_t i = 0; key->type == KEY_TPID && i < ARRAY_SIZE(tpids); i++) {
		(void)snprintf(name, sizeof(name), "0x%04x", tpids[i]);
		if (strcmp(text, name) == 0) {
			*ret_value = tpids[i];
			return NULL;
		}
	}

	return *text ? "unknown" : "empty";
}

int key_parse(const struct key *key, const char *text, void *field, struct err *err)
{
	char shown[48], allowed[128];
	const char *wrong = NULL;
	uint64_t number = 0;

	switch (key->type) {
	case KEY_IDENT:
	case KEY_TEXT:
		wrong = bad_text(key, text);
		if (!wrong)
			(void)snprintf(field, key->size, "%s", text);
		break;
	case KEY_CHOICE:
	case KEY_TPID:
		wrong = bad_choice(key, text, field);
		break;
	case KEY_UNSIGNED:
		wrong = bad_number(key, text, &number);
		if (!wrong)
			*(unsigned *)field = (unsigned)number;
		break;
	case KEY_QUANTITY:
		wrong = bad_number(key, text, field);
		break;
	case KEY_RATIO:
		wrong = ratio_parse(text, field);
		break;
	}

	if (!wrong)
		return 0;

	return err_input(err, "'%s': %s; allowed: %s%s%s",
			 text_for_message(text, shown, sizeof(shown)), wrong,
			 key_allowed(key, allowed, sizeof(allowed)), key->limits ? ": " : "",
			 key->limits ? key->limits : "");
}

const char *key_text_from(const char *dir, const struct key *key, const char *text, char *buf,
			  size_t size)
{
	if (!dir || !*text || *text == '/' || strcmp(key->name, "jitter.table") != 0)
		return text;
	(void)snprintf(buf, size, "%s/%s", dir, text);

	return buf;
}

char *key_format(const struct key *key, const void *field, char *buf, size_t size)
{
	switch (key->type) {
	case KEY_IDENT:
	case KEY_TEXT:
		(void)snprintf(buf, size, "%s", (const char *)field);
		break;
	case KEY_CHOICE:
		(void)snprintf(buf, size, "%s", key->choices[*(const unsigned *)field]);
		break;
	case KEY_TPID:
		(void)snprintf(buf, size, "0x%04x", *(const unsigned *)field);
		break;
	case KEY_UNSIGNED:
		(void)unit_format(key->unit, *(const unsigned *)field, buf, size);
		break;
	case KEY_QUANTITY:
		(void)unit_format(key->unit, *(const uint64_t *)field, buf, size);
		break;
	case KEY_RATIO:
		(void)ratio_format(*(const double *)field, buf, size);
		break;
	}

	return buf;
}
