/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const tickstorm = $root.tickstorm = (() => {

    /**
     * Namespace tickstorm.
     * @exports tickstorm
     * @namespace
     */
    const tickstorm = {};

    tickstorm.protocol = (function() {

        /**
         * Namespace protocol.
         * @memberof tickstorm
         * @namespace
         */
        const protocol = {};

        /**
         * MessageType enum.
         * @name tickstorm.protocol.MessageType
         * @enum {number}
         * @property {number} MESSAGE_TYPE_UNSPECIFIED=0 MESSAGE_TYPE_UNSPECIFIED value
         * @property {number} MESSAGE_TYPE_AUTH=1 MESSAGE_TYPE_AUTH value
         * @property {number} MESSAGE_TYPE_SUBSCRIBE=2 MESSAGE_TYPE_SUBSCRIBE value
         * @property {number} MESSAGE_TYPE_HEARTBEAT=3 MESSAGE_TYPE_HEARTBEAT value
         * @property {number} MESSAGE_TYPE_DATA_BATCH=4 MESSAGE_TYPE_DATA_BATCH value
         * @property {number} MESSAGE_TYPE_ERROR=5 MESSAGE_TYPE_ERROR value
         * @property {number} MESSAGE_TYPE_ACK=6 MESSAGE_TYPE_ACK value
         * @property {number} MESSAGE_TYPE_PONG=7 MESSAGE_TYPE_PONG value
         * @property {number} MESSAGE_TYPE_GOAWAY=8 MESSAGE_TYPE_GOAWAY value
         */
        protocol.MessageType = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "MESSAGE_TYPE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "MESSAGE_TYPE_AUTH"] = 1;
            values[valuesById[2] = "MESSAGE_TYPE_SUBSCRIBE"] = 2;
            values[valuesById[3] = "MESSAGE_TYPE_HEARTBEAT"] = 3;
            values[valuesById[4] = "MESSAGE_TYPE_DATA_BATCH"] = 4;
            values[valuesById[5] = "MESSAGE_TYPE_ERROR"] = 5;
            values[valuesById[6] = "MESSAGE_TYPE_ACK"] = 6;
            values[valuesById[7] = "MESSAGE_TYPE_PONG"] = 7;
            values[valuesById[8] = "MESSAGE_TYPE_GOAWAY"] = 8;
            return values;
        })();

        /**
         * SubscriptionMode enum.
         * @name tickstorm.protocol.SubscriptionMode
         * @enum {number}
         * @property {number} SUBSCRIPTION_MODE_UNSPECIFIED=0 SUBSCRIPTION_MODE_UNSPECIFIED value
         * @property {number} SUBSCRIPTION_MODE_SECOND=1 SUBSCRIPTION_MODE_SECOND value
         * @property {number} SUBSCRIPTION_MODE_MINUTE=2 SUBSCRIPTION_MODE_MINUTE value
         */
        protocol.SubscriptionMode = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "SUBSCRIPTION_MODE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "SUBSCRIPTION_MODE_SECOND"] = 1;
            values[valuesById[2] = "SUBSCRIPTION_MODE_MINUTE"] = 2;
            return values;
        })();

        /**
         * ErrorCode enum.
         * @name tickstorm.protocol.ErrorCode
         * @enum {number}
         * @property {number} ERROR_CODE_UNSPECIFIED=0 ERROR_CODE_UNSPECIFIED value
         * @property {number} ERROR_CODE_INVALID_AUTH=1 ERROR_CODE_INVALID_AUTH value
         * @property {number} ERROR_CODE_AUTH_REQUIRED=2 ERROR_CODE_AUTH_REQUIRED value
         * @property {number} ERROR_CODE_ALREADY_AUTHENTICATED=3 ERROR_CODE_ALREADY_AUTHENTICATED value
         * @property {number} ERROR_CODE_INVALID_SUBSCRIPTION=4 ERROR_CODE_INVALID_SUBSCRIPTION value
         * @property {number} ERROR_CODE_ALREADY_SUBSCRIBED=5 ERROR_CODE_ALREADY_SUBSCRIBED value
         * @property {number} ERROR_CODE_NOT_SUBSCRIBED=6 ERROR_CODE_NOT_SUBSCRIBED value
         * @property {number} ERROR_CODE_HEARTBEAT_TIMEOUT=7 ERROR_CODE_HEARTBEAT_TIMEOUT value
         * @property {number} ERROR_CODE_INVALID_MESSAGE=8 ERROR_CODE_INVALID_MESSAGE value
         * @property {number} ERROR_CODE_CHECKSUM_FAILED=9 ERROR_CODE_CHECKSUM_FAILED value
         * @property {number} ERROR_CODE_PROTOCOL_VERSION=10 ERROR_CODE_PROTOCOL_VERSION value
         * @property {number} ERROR_CODE_MESSAGE_TOO_LARGE=11 ERROR_CODE_MESSAGE_TOO_LARGE value
         * @property {number} ERROR_CODE_RATE_LIMITED=12 ERROR_CODE_RATE_LIMITED value
         * @property {number} ERROR_CODE_INTERNAL_ERROR=13 ERROR_CODE_INTERNAL_ERROR value
         * @property {number} ERROR_CODE_POSITION_UNAVAILABLE=14 ERROR_CODE_POSITION_UNAVAILABLE value
         */
        protocol.ErrorCode = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "ERROR_CODE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "ERROR_CODE_INVALID_AUTH"] = 1;
            values[valuesById[2] = "ERROR_CODE_AUTH_REQUIRED"] = 2;
            values[valuesById[3] = "ERROR_CODE_ALREADY_AUTHENTICATED"] = 3;
            values[valuesById[4] = "ERROR_CODE_INVALID_SUBSCRIPTION"] = 4;
            values[valuesById[5] = "ERROR_CODE_ALREADY_SUBSCRIBED"] = 5;
            values[valuesById[6] = "ERROR_CODE_NOT_SUBSCRIBED"] = 6;
            values[valuesById[7] = "ERROR_CODE_HEARTBEAT_TIMEOUT"] = 7;
            values[valuesById[8] = "ERROR_CODE_INVALID_MESSAGE"] = 8;
            values[valuesById[9] = "ERROR_CODE_CHECKSUM_FAILED"] = 9;
            values[valuesById[10] = "ERROR_CODE_PROTOCOL_VERSION"] = 10;
            values[valuesById[11] = "ERROR_CODE_MESSAGE_TOO_LARGE"] = 11;
            values[valuesById[12] = "ERROR_CODE_RATE_LIMITED"] = 12;
            values[valuesById[13] = "ERROR_CODE_INTERNAL_ERROR"] = 13;
            values[valuesById[14] = "ERROR_CODE_POSITION_UNAVAILABLE"] = 14;
            return values;
        })();

        protocol.AuthRequest = (function() {

            /**
             * Properties of an AuthRequest.
             * @typedef {Object} tickstorm.protocol.AuthRequest.$Properties
             * @property {string|null} [username] AuthRequest username
             * @property {string|null} [password] AuthRequest password
             * @property {string|null} [clientId] AuthRequest clientId
             * @property {string|null} [version] AuthRequest version
             * @property {Array.<string>|null} [features] AuthRequest features
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AuthRequest.
             * @memberof tickstorm.protocol
             * @interface IAuthRequest
             * @augments tickstorm.protocol.AuthRequest.$Properties
             * @deprecated Use tickstorm.protocol.AuthRequest.$Properties instead.
             */

            /**
             * Shape of an AuthRequest.
             * @typedef {tickstorm.protocol.AuthRequest.$Properties} tickstorm.protocol.AuthRequest.$Shape
             */

            /**
             * Constructs a new AuthRequest.
             * @memberof tickstorm.protocol
             * @classdesc Represents an AuthRequest.
             * @constructor
             * @param {tickstorm.protocol.AuthRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AuthRequest = function (properties) {
                this.features = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AuthRequest username.
             * @member {string} username
             * @memberof tickstorm.protocol.AuthRequest
             * @instance
             */
            AuthRequest.prototype.username = "";

            /**
             * AuthRequest password.
             * @member {string} password
             * @memberof tickstorm.protocol.AuthRequest
             * @instance
             */
            AuthRequest.prototype.password = "";

            /**
             * AuthRequest clientId.
             * @member {string} clientId
             * @memberof tickstorm.protocol.AuthRequest
             * @instance
             */
            AuthRequest.prototype.clientId = "";

            /**
             * AuthRequest version.
             * @member {string} version
             * @memberof tickstorm.protocol.AuthRequest
             * @instance
             */
            AuthRequest.prototype.version = "";

            /**
             * AuthRequest features.
             * @member {Array.<string>} features
             * @memberof tickstorm.protocol.AuthRequest
             * @instance
             */
            AuthRequest.prototype.features = $util.emptyArray;

            /**
             * Creates a new AuthRequest instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.AuthRequest
             * @static
             * @param {tickstorm.protocol.AuthRequest.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.AuthRequest} AuthRequest instance
             * @type {{
             *   (properties: tickstorm.protocol.AuthRequest.$Shape): tickstorm.protocol.AuthRequest & tickstorm.protocol.AuthRequest.$Shape;
             *   (properties?: tickstorm.protocol.AuthRequest.$Properties): tickstorm.protocol.AuthRequest;
             * }}
             */
            AuthRequest.create = function(properties) {
                return new AuthRequest(properties);
            };

            /**
             * Encodes the specified AuthRequest message. Does not implicitly {@link tickstorm.protocol.AuthRequest.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.AuthRequest
             * @static
             * @param {tickstorm.protocol.AuthRequest.$Properties} message AuthRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AuthRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.username != null && $Object.hasOwnProperty.call(message, "username") && message.username !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.username);
                if (message.password != null && $Object.hasOwnProperty.call(message, "password") && message.password !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.password);
                if (message.clientId != null && $Object.hasOwnProperty.call(message, "clientId") && message.clientId !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.clientId);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.version);
                if (message.features != null && message.features.length)
                    for (let i = 0; i < message.features.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.features[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AuthRequest message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.AuthRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.AuthRequest & tickstorm.protocol.AuthRequest.$Shape} AuthRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AuthRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.AuthRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.username = value;
                            else
                                delete message.username;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.password = value;
                            else
                                delete message.password;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clientId = value;
                            else
                                delete message.clientId;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.features && message.features.length))
                                message.features = [];
                            message.features.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AuthRequest;
        })();

        protocol.SubscribeRequest = (function() {

            /**
             * Properties of a SubscribeRequest.
             * @typedef {Object} tickstorm.protocol.SubscribeRequest.$Properties
             * @property {tickstorm.protocol.SubscriptionMode|null} [mode] SubscribeRequest mode
             * @property {Array.<string>|null} [symbols] SubscribeRequest symbols
             * @property {number|null} [startTimeMs] SubscribeRequest startTimeMs
             * @property {Object.<string,string>|null} [metadata] SubscribeRequest metadata
             * @property {string|null} [resumeEpoch] SubscribeRequest resumeEpoch
             * @property {number|null} [resumeSequence] SubscribeRequest resumeSequence
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SubscribeRequest.
             * @memberof tickstorm.protocol
             * @interface ISubscribeRequest
             * @augments tickstorm.protocol.SubscribeRequest.$Properties
             * @deprecated Use tickstorm.protocol.SubscribeRequest.$Properties instead.
             */

            /**
             * Shape of a SubscribeRequest.
             * @typedef {tickstorm.protocol.SubscribeRequest.$Properties} tickstorm.protocol.SubscribeRequest.$Shape
             */

            /**
             * Constructs a new SubscribeRequest.
             * @memberof tickstorm.protocol
             * @classdesc Represents a SubscribeRequest.
             * @constructor
             * @param {tickstorm.protocol.SubscribeRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SubscribeRequest = function (properties) {
                this.symbols = [];
                this.metadata = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SubscribeRequest mode.
             * @member {tickstorm.protocol.SubscriptionMode} mode
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.mode = 0;

            /**
             * SubscribeRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.symbols = $util.emptyArray;

            /**
             * SubscribeRequest startTimeMs.
             * @member {number} startTimeMs
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.startTimeMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * SubscribeRequest metadata.
             * @member {Object.<string,string>} metadata
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.metadata = $util.emptyObject;

            /**
             * SubscribeRequest resumeEpoch.
             * @member {string} resumeEpoch
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.resumeEpoch = "";

            /**
             * SubscribeRequest resumeSequence.
             * @member {number} resumeSequence
             * @memberof tickstorm.protocol.SubscribeRequest
             * @instance
             */
            SubscribeRequest.prototype.resumeSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new SubscribeRequest instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.SubscribeRequest
             * @static
             * @param {tickstorm.protocol.SubscribeRequest.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.SubscribeRequest} SubscribeRequest instance
             * @type {{
             *   (properties: tickstorm.protocol.SubscribeRequest.$Shape): tickstorm.protocol.SubscribeRequest & tickstorm.protocol.SubscribeRequest.$Shape;
             *   (properties?: tickstorm.protocol.SubscribeRequest.$Properties): tickstorm.protocol.SubscribeRequest;
             * }}
             */
            SubscribeRequest.create = function(properties) {
                return new SubscribeRequest(properties);
            };

            /**
             * Encodes the specified SubscribeRequest message. Does not implicitly {@link tickstorm.protocol.SubscribeRequest.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.SubscribeRequest
             * @static
             * @param {tickstorm.protocol.SubscribeRequest.$Properties} message SubscribeRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SubscribeRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.mode);
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbols[i]);
                if (message.startTimeMs != null && $Object.hasOwnProperty.call(message, "startTimeMs") && (typeof message.startTimeMs === "object" ? message.startTimeMs.low || message.startTimeMs.high : message.startTimeMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.startTimeMs);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    for (let keys = $Object.keys(message.metadata), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.metadata[keys[i]]).ldelim();
                if (message.resumeEpoch != null && $Object.hasOwnProperty.call(message, "resumeEpoch") && message.resumeEpoch !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.resumeEpoch);
                if (message.resumeSequence != null && $Object.hasOwnProperty.call(message, "resumeSequence") && (typeof message.resumeSequence === "object" ? message.resumeSequence.low || message.resumeSequence.high : message.resumeSequence !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.resumeSequence);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SubscribeRequest message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.SubscribeRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.SubscribeRequest & tickstorm.protocol.SubscribeRequest.$Shape} SubscribeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SubscribeRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.SubscribeRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.mode = value;
                            else
                                delete message.mode;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.startTimeMs = value;
                            else
                                delete message.startTimeMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (message.metadata === $util.emptyObject)
                                message.metadata = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.metadata, key);
                            message.metadata[key] = value;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.resumeEpoch = value;
                            else
                                delete message.resumeEpoch;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.resumeSequence = value;
                            else
                                delete message.resumeSequence;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SubscribeRequest;
        })();

        protocol.HeartbeatRequest = (function() {

            /**
             * Properties of a HeartbeatRequest.
             * @typedef {Object} tickstorm.protocol.HeartbeatRequest.$Properties
             * @property {number|null} [timestampMs] HeartbeatRequest timestampMs
             * @property {number|null} [sequence] HeartbeatRequest sequence
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatRequest.
             * @memberof tickstorm.protocol
             * @interface IHeartbeatRequest
             * @augments tickstorm.protocol.HeartbeatRequest.$Properties
             * @deprecated Use tickstorm.protocol.HeartbeatRequest.$Properties instead.
             */

            /**
             * Shape of a HeartbeatRequest.
             * @typedef {tickstorm.protocol.HeartbeatRequest.$Properties} tickstorm.protocol.HeartbeatRequest.$Shape
             */

            /**
             * Constructs a new HeartbeatRequest.
             * @memberof tickstorm.protocol
             * @classdesc Represents a HeartbeatRequest.
             * @constructor
             * @param {tickstorm.protocol.HeartbeatRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatRequest timestampMs.
             * @member {number} timestampMs
             * @memberof tickstorm.protocol.HeartbeatRequest
             * @instance
             */
            HeartbeatRequest.prototype.timestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * HeartbeatRequest sequence.
             * @member {number} sequence
             * @memberof tickstorm.protocol.HeartbeatRequest
             * @instance
             */
            HeartbeatRequest.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new HeartbeatRequest instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.HeartbeatRequest
             * @static
             * @param {tickstorm.protocol.HeartbeatRequest.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.HeartbeatRequest} HeartbeatRequest instance
             * @type {{
             *   (properties: tickstorm.protocol.HeartbeatRequest.$Shape): tickstorm.protocol.HeartbeatRequest & tickstorm.protocol.HeartbeatRequest.$Shape;
             *   (properties?: tickstorm.protocol.HeartbeatRequest.$Properties): tickstorm.protocol.HeartbeatRequest;
             * }}
             */
            HeartbeatRequest.create = function(properties) {
                return new HeartbeatRequest(properties);
            };

            /**
             * Encodes the specified HeartbeatRequest message. Does not implicitly {@link tickstorm.protocol.HeartbeatRequest.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.HeartbeatRequest
             * @static
             * @param {tickstorm.protocol.HeartbeatRequest.$Properties} message HeartbeatRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.timestampMs != null && $Object.hasOwnProperty.call(message, "timestampMs") && (typeof message.timestampMs === "object" ? message.timestampMs.low || message.timestampMs.high : message.timestampMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.timestampMs);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.sequence);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatRequest message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.HeartbeatRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.HeartbeatRequest & tickstorm.protocol.HeartbeatRequest.$Shape} HeartbeatRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.HeartbeatRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestampMs = value;
                            else
                                delete message.timestampMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatRequest;
        })();

        protocol.HeartbeatResponse = (function() {

            /**
             * Properties of a HeartbeatResponse.
             * @typedef {Object} tickstorm.protocol.HeartbeatResponse.$Properties
             * @property {number|null} [clientTimestampMs] HeartbeatResponse clientTimestampMs
             * @property {number|null} [serverTimestampMs] HeartbeatResponse serverTimestampMs
             * @property {number|null} [sequence] HeartbeatResponse sequence
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HeartbeatResponse.
             * @memberof tickstorm.protocol
             * @interface IHeartbeatResponse
             * @augments tickstorm.protocol.HeartbeatResponse.$Properties
             * @deprecated Use tickstorm.protocol.HeartbeatResponse.$Properties instead.
             */

            /**
             * Shape of a HeartbeatResponse.
             * @typedef {tickstorm.protocol.HeartbeatResponse.$Properties} tickstorm.protocol.HeartbeatResponse.$Shape
             */

            /**
             * Constructs a new HeartbeatResponse.
             * @memberof tickstorm.protocol
             * @classdesc Represents a HeartbeatResponse.
             * @constructor
             * @param {tickstorm.protocol.HeartbeatResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HeartbeatResponse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HeartbeatResponse clientTimestampMs.
             * @member {number} clientTimestampMs
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @instance
             */
            HeartbeatResponse.prototype.clientTimestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * HeartbeatResponse serverTimestampMs.
             * @member {number} serverTimestampMs
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @instance
             */
            HeartbeatResponse.prototype.serverTimestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * HeartbeatResponse sequence.
             * @member {number} sequence
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @instance
             */
            HeartbeatResponse.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new HeartbeatResponse instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @static
             * @param {tickstorm.protocol.HeartbeatResponse.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.HeartbeatResponse} HeartbeatResponse instance
             * @type {{
             *   (properties: tickstorm.protocol.HeartbeatResponse.$Shape): tickstorm.protocol.HeartbeatResponse & tickstorm.protocol.HeartbeatResponse.$Shape;
             *   (properties?: tickstorm.protocol.HeartbeatResponse.$Properties): tickstorm.protocol.HeartbeatResponse;
             * }}
             */
            HeartbeatResponse.create = function(properties) {
                return new HeartbeatResponse(properties);
            };

            /**
             * Encodes the specified HeartbeatResponse message. Does not implicitly {@link tickstorm.protocol.HeartbeatResponse.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @static
             * @param {tickstorm.protocol.HeartbeatResponse.$Properties} message HeartbeatResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HeartbeatResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clientTimestampMs != null && $Object.hasOwnProperty.call(message, "clientTimestampMs") && (typeof message.clientTimestampMs === "object" ? message.clientTimestampMs.low || message.clientTimestampMs.high : message.clientTimestampMs !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.clientTimestampMs);
                if (message.serverTimestampMs != null && $Object.hasOwnProperty.call(message, "serverTimestampMs") && (typeof message.serverTimestampMs === "object" ? message.serverTimestampMs.low || message.serverTimestampMs.high : message.serverTimestampMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.serverTimestampMs);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.sequence);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HeartbeatResponse message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.HeartbeatResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.HeartbeatResponse & tickstorm.protocol.HeartbeatResponse.$Shape} HeartbeatResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HeartbeatResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.HeartbeatResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.clientTimestampMs = value;
                            else
                                delete message.clientTimestampMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.serverTimestampMs = value;
                            else
                                delete message.serverTimestampMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return HeartbeatResponse;
        })();

        protocol.Tick = (function() {

            /**
             * Properties of a Tick.
             * @typedef {Object} tickstorm.protocol.Tick.$Properties
             * @property {string|null} [symbol] Tick symbol
             * @property {number|null} [timestampMs] Tick timestampMs
             * @property {number|null} [price] Tick price
             * @property {number|null} [volume] Tick volume
             * @property {number|null} [bid] Tick bid
             * @property {number|null} [ask] Tick ask
             * @property {number|null} [bidSize] Tick bidSize
             * @property {number|null} [askSize] Tick askSize
             * @property {tickstorm.protocol.SubscriptionMode|null} [mode] Tick mode
             * @property {Object.<string,string>|null} [metadata] Tick metadata
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Tick.
             * @memberof tickstorm.protocol
             * @interface ITick
             * @augments tickstorm.protocol.Tick.$Properties
             * @deprecated Use tickstorm.protocol.Tick.$Properties instead.
             */

            /**
             * Shape of a Tick.
             * @typedef {tickstorm.protocol.Tick.$Properties} tickstorm.protocol.Tick.$Shape
             */

            /**
             * Constructs a new Tick.
             * @memberof tickstorm.protocol
             * @classdesc Represents a Tick.
             * @constructor
             * @param {tickstorm.protocol.Tick.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Tick = function (properties) {
                this.metadata = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Tick symbol.
             * @member {string} symbol
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.symbol = "";

            /**
             * Tick timestampMs.
             * @member {number} timestampMs
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.timestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Tick price.
             * @member {number} price
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.price = 0;

            /**
             * Tick volume.
             * @member {number} volume
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.volume = 0;

            /**
             * Tick bid.
             * @member {number} bid
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.bid = 0;

            /**
             * Tick ask.
             * @member {number} ask
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.ask = 0;

            /**
             * Tick bidSize.
             * @member {number} bidSize
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.bidSize = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Tick askSize.
             * @member {number} askSize
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.askSize = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Tick mode.
             * @member {tickstorm.protocol.SubscriptionMode} mode
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.mode = 0;

            /**
             * Tick metadata.
             * @member {Object.<string,string>} metadata
             * @memberof tickstorm.protocol.Tick
             * @instance
             */
            Tick.prototype.metadata = $util.emptyObject;

            /**
             * Creates a new Tick instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.Tick
             * @static
             * @param {tickstorm.protocol.Tick.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.Tick} Tick instance
             * @type {{
             *   (properties: tickstorm.protocol.Tick.$Shape): tickstorm.protocol.Tick & tickstorm.protocol.Tick.$Shape;
             *   (properties?: tickstorm.protocol.Tick.$Properties): tickstorm.protocol.Tick;
             * }}
             */
            Tick.create = function(properties) {
                return new Tick(properties);
            };

            /**
             * Encodes the specified Tick message. Does not implicitly {@link tickstorm.protocol.Tick.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.Tick
             * @static
             * @param {tickstorm.protocol.Tick.$Properties} message Tick message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Tick.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbol);
                if (message.timestampMs != null && $Object.hasOwnProperty.call(message, "timestampMs") && (typeof message.timestampMs === "object" ? message.timestampMs.low || message.timestampMs.high : message.timestampMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.timestampMs);
                if (message.price != null && $Object.hasOwnProperty.call(message, "price") && !$Object.is(message.price, 0))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.price);
                if (message.volume != null && $Object.hasOwnProperty.call(message, "volume") && !$Object.is(message.volume, 0))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.volume);
                if (message.bid != null && $Object.hasOwnProperty.call(message, "bid") && !$Object.is(message.bid, 0))
                    writer.uint32(/* id 5, wireType 1 =*/41).double(message.bid);
                if (message.ask != null && $Object.hasOwnProperty.call(message, "ask") && !$Object.is(message.ask, 0))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.ask);
                if (message.bidSize != null && $Object.hasOwnProperty.call(message, "bidSize") && (typeof message.bidSize === "object" ? message.bidSize.low || message.bidSize.high : message.bidSize !== 0))
                    writer.uint32(/* id 7, wireType 0 =*/56).int64(message.bidSize);
                if (message.askSize != null && $Object.hasOwnProperty.call(message, "askSize") && (typeof message.askSize === "object" ? message.askSize.low || message.askSize.high : message.askSize !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).int64(message.askSize);
                if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).int32(message.mode);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    for (let keys = $Object.keys(message.metadata), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 10, wireType 2 =*/82).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.metadata[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Tick message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.Tick
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.Tick & tickstorm.protocol.Tick.$Shape} Tick
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Tick.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.Tick();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestampMs = value;
                            else
                                delete message.timestampMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.price = value;
                            else
                                delete message.price;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.volume = value;
                            else
                                delete message.volume;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.bid = value;
                            else
                                delete message.bid;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.ask = value;
                            else
                                delete message.ask;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.bidSize = value;
                            else
                                delete message.bidSize;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.askSize = value;
                            else
                                delete message.askSize;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.mode = value;
                            else
                                delete message.mode;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (message.metadata === $util.emptyObject)
                                message.metadata = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.metadata, key);
                            message.metadata[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Tick;
        })();

        protocol.DataBatch = (function() {

            /**
             * Properties of a DataBatch.
             * @typedef {Object} tickstorm.protocol.DataBatch.$Properties
             * @property {Array.<tickstorm.protocol.Tick.$Properties>|null} [ticks] DataBatch ticks
             * @property {number|null} [batchTimestampMs] DataBatch batchTimestampMs
             * @property {number|null} [batchSequence] DataBatch batchSequence
             * @property {boolean|null} [isSnapshot] DataBatch isSnapshot
             * @property {number|null} [streamSequence] DataBatch streamSequence
             * @property {string|null} [epoch] DataBatch epoch
             * @property {Array.<number>|null} [sequenceDeltas] DataBatch sequenceDeltas
             * @property {number|null} [previousSequence] DataBatch previousSequence
             * @property {number|null} [omitted] DataBatch omitted
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a DataBatch.
             * @memberof tickstorm.protocol
             * @interface IDataBatch
             * @augments tickstorm.protocol.DataBatch.$Properties
             * @deprecated Use tickstorm.protocol.DataBatch.$Properties instead.
             */

            /**
             * Shape of a DataBatch.
             * @typedef {tickstorm.protocol.DataBatch.$Properties} tickstorm.protocol.DataBatch.$Shape
             */

            /**
             * Constructs a new DataBatch.
             * @memberof tickstorm.protocol
             * @classdesc Represents a DataBatch.
             * @constructor
             * @param {tickstorm.protocol.DataBatch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const DataBatch = function (properties) {
                this.ticks = [];
                this.sequenceDeltas = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * DataBatch ticks.
             * @member {Array.<tickstorm.protocol.Tick.$Properties>} ticks
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.ticks = $util.emptyArray;

            /**
             * DataBatch batchTimestampMs.
             * @member {number} batchTimestampMs
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.batchTimestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * DataBatch batchSequence.
             * @member {number} batchSequence
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.batchSequence = 0;

            /**
             * DataBatch isSnapshot.
             * @member {boolean} isSnapshot
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.isSnapshot = false;

            /**
             * DataBatch streamSequence.
             * @member {number} streamSequence
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.streamSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DataBatch epoch.
             * @member {string} epoch
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.epoch = "";

            /**
             * DataBatch sequenceDeltas.
             * @member {Array.<number>} sequenceDeltas
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.sequenceDeltas = $util.emptyArray;

            /**
             * DataBatch previousSequence.
             * @member {number} previousSequence
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.previousSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * DataBatch omitted.
             * @member {number} omitted
             * @memberof tickstorm.protocol.DataBatch
             * @instance
             */
            DataBatch.prototype.omitted = 0;

            /**
             * Creates a new DataBatch instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.DataBatch
             * @static
             * @param {tickstorm.protocol.DataBatch.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.DataBatch} DataBatch instance
             * @type {{
             *   (properties: tickstorm.protocol.DataBatch.$Shape): tickstorm.protocol.DataBatch & tickstorm.protocol.DataBatch.$Shape;
             *   (properties?: tickstorm.protocol.DataBatch.$Properties): tickstorm.protocol.DataBatch;
             * }}
             */
            DataBatch.create = function(properties) {
                return new DataBatch(properties);
            };

            /**
             * Encodes the specified DataBatch message. Does not implicitly {@link tickstorm.protocol.DataBatch.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.DataBatch
             * @static
             * @param {tickstorm.protocol.DataBatch.$Properties} message DataBatch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            DataBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ticks != null && message.ticks.length)
                    for (let i = 0; i < message.ticks.length; ++i)
                        $root.tickstorm.protocol.Tick.encode(message.ticks[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.batchTimestampMs != null && $Object.hasOwnProperty.call(message, "batchTimestampMs") && (typeof message.batchTimestampMs === "object" ? message.batchTimestampMs.low || message.batchTimestampMs.high : message.batchTimestampMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.batchTimestampMs);
                if (message.batchSequence != null && $Object.hasOwnProperty.call(message, "batchSequence") && message.batchSequence !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.batchSequence);
                if (message.isSnapshot != null && $Object.hasOwnProperty.call(message, "isSnapshot") && message.isSnapshot !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.isSnapshot);
                if (message.streamSequence != null && $Object.hasOwnProperty.call(message, "streamSequence") && (typeof message.streamSequence === "object" ? message.streamSequence.low || message.streamSequence.high : message.streamSequence !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.streamSequence);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.epoch);
                if (message.sequenceDeltas != null && message.sequenceDeltas.length)
                    writer.uint32(/* id 7, wireType 2 =*/58).uint32s(message.sequenceDeltas);
                if (message.previousSequence != null && $Object.hasOwnProperty.call(message, "previousSequence") && (typeof message.previousSequence === "object" ? message.previousSequence.low || message.previousSequence.high : message.previousSequence !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.previousSequence);
                if (message.omitted != null && $Object.hasOwnProperty.call(message, "omitted") && message.omitted !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.omitted);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a DataBatch message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.DataBatch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.DataBatch & tickstorm.protocol.DataBatch.$Shape} DataBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            DataBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.DataBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.ticks && message.ticks.length))
                                message.ticks = [];
                            message.ticks.push($root.tickstorm.protocol.Tick.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.batchTimestampMs = value;
                            else
                                delete message.batchTimestampMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.batchSequence = value;
                            else
                                delete message.batchSequence;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isSnapshot = value;
                            else
                                delete message.isSnapshot;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.streamSequence = value;
                            else
                                delete message.streamSequence;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 7: {
                            if (wireType === 2) {
                                if (!(message.sequenceDeltas && message.sequenceDeltas.length))
                                    message.sequenceDeltas = [];
                                reader.uint32s(message.sequenceDeltas);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.sequenceDeltas && message.sequenceDeltas.length))
                                message.sequenceDeltas = [];
                            message.sequenceDeltas.push(reader.uint32());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.previousSequence = value;
                            else
                                delete message.previousSequence;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.omitted = value;
                            else
                                delete message.omitted;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return DataBatch;
        })();

        protocol.ErrorResponse = (function() {

            /**
             * Properties of an ErrorResponse.
             * @typedef {Object} tickstorm.protocol.ErrorResponse.$Properties
             * @property {tickstorm.protocol.ErrorCode|null} [code] ErrorResponse code
             * @property {string|null} [message] ErrorResponse message
             * @property {string|null} [details] ErrorResponse details
             * @property {number|null} [timestampMs] ErrorResponse timestampMs
             * @property {number|null} [earliestSequence] ErrorResponse earliestSequence
             * @property {string|null} [epoch] ErrorResponse epoch
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an ErrorResponse.
             * @memberof tickstorm.protocol
             * @interface IErrorResponse
             * @augments tickstorm.protocol.ErrorResponse.$Properties
             * @deprecated Use tickstorm.protocol.ErrorResponse.$Properties instead.
             */

            /**
             * Shape of an ErrorResponse.
             * @typedef {tickstorm.protocol.ErrorResponse.$Properties} tickstorm.protocol.ErrorResponse.$Shape
             */

            /**
             * Constructs a new ErrorResponse.
             * @memberof tickstorm.protocol
             * @classdesc Represents an ErrorResponse.
             * @constructor
             * @param {tickstorm.protocol.ErrorResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ErrorResponse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ErrorResponse code.
             * @member {tickstorm.protocol.ErrorCode} code
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.code = 0;

            /**
             * ErrorResponse message.
             * @member {string} message
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.message = "";

            /**
             * ErrorResponse details.
             * @member {string} details
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.details = "";

            /**
             * ErrorResponse timestampMs.
             * @member {number} timestampMs
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.timestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * ErrorResponse earliestSequence.
             * @member {number} earliestSequence
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.earliestSequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ErrorResponse epoch.
             * @member {string} epoch
             * @memberof tickstorm.protocol.ErrorResponse
             * @instance
             */
            ErrorResponse.prototype.epoch = "";

            /**
             * Creates a new ErrorResponse instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.ErrorResponse
             * @static
             * @param {tickstorm.protocol.ErrorResponse.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.ErrorResponse} ErrorResponse instance
             * @type {{
             *   (properties: tickstorm.protocol.ErrorResponse.$Shape): tickstorm.protocol.ErrorResponse & tickstorm.protocol.ErrorResponse.$Shape;
             *   (properties?: tickstorm.protocol.ErrorResponse.$Properties): tickstorm.protocol.ErrorResponse;
             * }}
             */
            ErrorResponse.create = function(properties) {
                return new ErrorResponse(properties);
            };

            /**
             * Encodes the specified ErrorResponse message. Does not implicitly {@link tickstorm.protocol.ErrorResponse.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.ErrorResponse
             * @static
             * @param {tickstorm.protocol.ErrorResponse.$Properties} message ErrorResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ErrorResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.details != null && $Object.hasOwnProperty.call(message, "details") && message.details !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.details);
                if (message.timestampMs != null && $Object.hasOwnProperty.call(message, "timestampMs") && (typeof message.timestampMs === "object" ? message.timestampMs.low || message.timestampMs.high : message.timestampMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.timestampMs);
                if (message.earliestSequence != null && $Object.hasOwnProperty.call(message, "earliestSequence") && (typeof message.earliestSequence === "object" ? message.earliestSequence.low || message.earliestSequence.high : message.earliestSequence !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.earliestSequence);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.epoch);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an ErrorResponse message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.ErrorResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.ErrorResponse & tickstorm.protocol.ErrorResponse.$Shape} ErrorResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ErrorResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.ErrorResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.details = value;
                            else
                                delete message.details;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestampMs = value;
                            else
                                delete message.timestampMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.earliestSequence = value;
                            else
                                delete message.earliestSequence;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ErrorResponse;
        })();

        protocol.AckResponse = (function() {

            /**
             * Properties of an AckResponse.
             * @typedef {Object} tickstorm.protocol.AckResponse.$Properties
             * @property {tickstorm.protocol.MessageType|null} [ackType] AckResponse ackType
             * @property {boolean|null} [success] AckResponse success
             * @property {string|null} [message] AckResponse message
             * @property {number|null} [timestampMs] AckResponse timestampMs
             * @property {Object.<string,string>|null} [metadata] AckResponse metadata
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AckResponse.
             * @memberof tickstorm.protocol
             * @interface IAckResponse
             * @augments tickstorm.protocol.AckResponse.$Properties
             * @deprecated Use tickstorm.protocol.AckResponse.$Properties instead.
             */

            /**
             * Shape of an AckResponse.
             * @typedef {tickstorm.protocol.AckResponse.$Properties} tickstorm.protocol.AckResponse.$Shape
             */

            /**
             * Constructs a new AckResponse.
             * @memberof tickstorm.protocol
             * @classdesc Represents an AckResponse.
             * @constructor
             * @param {tickstorm.protocol.AckResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AckResponse = function (properties) {
                this.metadata = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AckResponse ackType.
             * @member {tickstorm.protocol.MessageType} ackType
             * @memberof tickstorm.protocol.AckResponse
             * @instance
             */
            AckResponse.prototype.ackType = 0;

            /**
             * AckResponse success.
             * @member {boolean} success
             * @memberof tickstorm.protocol.AckResponse
             * @instance
             */
            AckResponse.prototype.success = false;

            /**
             * AckResponse message.
             * @member {string} message
             * @memberof tickstorm.protocol.AckResponse
             * @instance
             */
            AckResponse.prototype.message = "";

            /**
             * AckResponse timestampMs.
             * @member {number} timestampMs
             * @memberof tickstorm.protocol.AckResponse
             * @instance
             */
            AckResponse.prototype.timestampMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * AckResponse metadata.
             * @member {Object.<string,string>} metadata
             * @memberof tickstorm.protocol.AckResponse
             * @instance
             */
            AckResponse.prototype.metadata = $util.emptyObject;

            /**
             * Creates a new AckResponse instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.AckResponse
             * @static
             * @param {tickstorm.protocol.AckResponse.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.AckResponse} AckResponse instance
             * @type {{
             *   (properties: tickstorm.protocol.AckResponse.$Shape): tickstorm.protocol.AckResponse & tickstorm.protocol.AckResponse.$Shape;
             *   (properties?: tickstorm.protocol.AckResponse.$Properties): tickstorm.protocol.AckResponse;
             * }}
             */
            AckResponse.create = function(properties) {
                return new AckResponse(properties);
            };

            /**
             * Encodes the specified AckResponse message. Does not implicitly {@link tickstorm.protocol.AckResponse.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.AckResponse
             * @static
             * @param {tickstorm.protocol.AckResponse.$Properties} message AckResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AckResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ackType != null && $Object.hasOwnProperty.call(message, "ackType") && message.ackType !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.ackType);
                if (message.success != null && $Object.hasOwnProperty.call(message, "success") && message.success !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.success);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                if (message.timestampMs != null && $Object.hasOwnProperty.call(message, "timestampMs") && (typeof message.timestampMs === "object" ? message.timestampMs.low || message.timestampMs.high : message.timestampMs !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).int64(message.timestampMs);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    for (let keys = $Object.keys(message.metadata), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.metadata[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AckResponse message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.AckResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.AckResponse & tickstorm.protocol.AckResponse.$Shape} AckResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AckResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.AckResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.ackType = value;
                            else
                                delete message.ackType;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.success = value;
                            else
                                delete message.success;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestampMs = value;
                            else
                                delete message.timestampMs;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (message.metadata === $util.emptyObject)
                                message.metadata = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.metadata, key);
                            message.metadata[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AckResponse;
        })();

        protocol.GoAway = (function() {

            /**
             * Properties of a GoAway.
             * @typedef {Object} tickstorm.protocol.GoAway.$Properties
             * @property {string|null} [reason] GoAway reason
             * @property {number|null} [reconnectWithinMs] GoAway reconnectWithinMs
             * @property {number|null} [deadlineMs] GoAway deadlineMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GoAway.
             * @memberof tickstorm.protocol
             * @interface IGoAway
             * @augments tickstorm.protocol.GoAway.$Properties
             * @deprecated Use tickstorm.protocol.GoAway.$Properties instead.
             */

            /**
             * Shape of a GoAway.
             * @typedef {tickstorm.protocol.GoAway.$Properties} tickstorm.protocol.GoAway.$Shape
             */

            /**
             * Constructs a new GoAway.
             * @memberof tickstorm.protocol
             * @classdesc Represents a GoAway.
             * @constructor
             * @param {tickstorm.protocol.GoAway.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GoAway = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GoAway reason.
             * @member {string} reason
             * @memberof tickstorm.protocol.GoAway
             * @instance
             */
            GoAway.prototype.reason = "";

            /**
             * GoAway reconnectWithinMs.
             * @member {number} reconnectWithinMs
             * @memberof tickstorm.protocol.GoAway
             * @instance
             */
            GoAway.prototype.reconnectWithinMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * GoAway deadlineMs.
             * @member {number} deadlineMs
             * @memberof tickstorm.protocol.GoAway
             * @instance
             */
            GoAway.prototype.deadlineMs = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Creates a new GoAway instance using the specified properties.
             * @function create
             * @memberof tickstorm.protocol.GoAway
             * @static
             * @param {tickstorm.protocol.GoAway.$Properties=} [properties] Properties to set
             * @returns {tickstorm.protocol.GoAway} GoAway instance
             * @type {{
             *   (properties: tickstorm.protocol.GoAway.$Shape): tickstorm.protocol.GoAway & tickstorm.protocol.GoAway.$Shape;
             *   (properties?: tickstorm.protocol.GoAway.$Properties): tickstorm.protocol.GoAway;
             * }}
             */
            GoAway.create = function(properties) {
                return new GoAway(properties);
            };

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link tickstorm.protocol.GoAway.verify|verify} messages.
             * @function encode
             * @memberof tickstorm.protocol.GoAway
             * @static
             * @param {tickstorm.protocol.GoAway.$Properties} message GoAway message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GoAway.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.reason);
                if (message.reconnectWithinMs != null && $Object.hasOwnProperty.call(message, "reconnectWithinMs") && (typeof message.reconnectWithinMs === "object" ? message.reconnectWithinMs.low || message.reconnectWithinMs.high : message.reconnectWithinMs !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).int64(message.reconnectWithinMs);
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs") && (typeof message.deadlineMs === "object" ? message.deadlineMs.low || message.deadlineMs.high : message.deadlineMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).int64(message.deadlineMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @function decode
             * @memberof tickstorm.protocol.GoAway
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {tickstorm.protocol.GoAway & tickstorm.protocol.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GoAway.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.tickstorm.protocol.GoAway();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.reconnectWithinMs = value;
                            else
                                delete message.reconnectWithinMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.deadlineMs = value;
                            else
                                delete message.deadlineMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GoAway;
        })();

        return protocol;
    })();

    return tickstorm;
})();

export {
  $root as default
};
