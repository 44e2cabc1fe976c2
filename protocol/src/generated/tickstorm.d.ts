import * as $protobuf from "protobufjs/minimal.js";

/** Namespace tickstorm. */
export namespace tickstorm {

    /** Namespace protocol. */
    namespace protocol {

        /** MessageType enum. */
        enum MessageType {

            /** MESSAGE_TYPE_UNSPECIFIED value */
            MESSAGE_TYPE_UNSPECIFIED = 0,

            /** MESSAGE_TYPE_AUTH value */
            MESSAGE_TYPE_AUTH = 1,

            /** MESSAGE_TYPE_SUBSCRIBE value */
            MESSAGE_TYPE_SUBSCRIBE = 2,

            /** MESSAGE_TYPE_HEARTBEAT value */
            MESSAGE_TYPE_HEARTBEAT = 3,

            /** MESSAGE_TYPE_DATA_BATCH value */
            MESSAGE_TYPE_DATA_BATCH = 4,

            /** MESSAGE_TYPE_ERROR value */
            MESSAGE_TYPE_ERROR = 5,

            /** MESSAGE_TYPE_ACK value */
            MESSAGE_TYPE_ACK = 6,

            /** MESSAGE_TYPE_PONG value */
            MESSAGE_TYPE_PONG = 7,

            /** MESSAGE_TYPE_GOAWAY value */
            MESSAGE_TYPE_GOAWAY = 8
        }

        /** SubscriptionMode enum. */
        enum SubscriptionMode {

            /** SUBSCRIPTION_MODE_UNSPECIFIED value */
            SUBSCRIPTION_MODE_UNSPECIFIED = 0,

            /** SUBSCRIPTION_MODE_SECOND value */
            SUBSCRIPTION_MODE_SECOND = 1,

            /** SUBSCRIPTION_MODE_MINUTE value */
            SUBSCRIPTION_MODE_MINUTE = 2
        }

        /** ErrorCode enum. */
        enum ErrorCode {

            /** ERROR_CODE_UNSPECIFIED value */
            ERROR_CODE_UNSPECIFIED = 0,

            /** ERROR_CODE_INVALID_AUTH value */
            ERROR_CODE_INVALID_AUTH = 1,

            /** ERROR_CODE_AUTH_REQUIRED value */
            ERROR_CODE_AUTH_REQUIRED = 2,

            /** ERROR_CODE_ALREADY_AUTHENTICATED value */
            ERROR_CODE_ALREADY_AUTHENTICATED = 3,

            /** ERROR_CODE_INVALID_SUBSCRIPTION value */
            ERROR_CODE_INVALID_SUBSCRIPTION = 4,

            /** ERROR_CODE_ALREADY_SUBSCRIBED value */
            ERROR_CODE_ALREADY_SUBSCRIBED = 5,

            /** ERROR_CODE_NOT_SUBSCRIBED value */
            ERROR_CODE_NOT_SUBSCRIBED = 6,

            /** ERROR_CODE_HEARTBEAT_TIMEOUT value */
            ERROR_CODE_HEARTBEAT_TIMEOUT = 7,

            /** ERROR_CODE_INVALID_MESSAGE value */
            ERROR_CODE_INVALID_MESSAGE = 8,

            /** ERROR_CODE_CHECKSUM_FAILED value */
            ERROR_CODE_CHECKSUM_FAILED = 9,

            /** ERROR_CODE_PROTOCOL_VERSION value */
            ERROR_CODE_PROTOCOL_VERSION = 10,

            /** ERROR_CODE_MESSAGE_TOO_LARGE value */
            ERROR_CODE_MESSAGE_TOO_LARGE = 11,

            /** ERROR_CODE_RATE_LIMITED value */
            ERROR_CODE_RATE_LIMITED = 12,

            /** ERROR_CODE_INTERNAL_ERROR value */
            ERROR_CODE_INTERNAL_ERROR = 13,

            /** ERROR_CODE_POSITION_UNAVAILABLE value */
            ERROR_CODE_POSITION_UNAVAILABLE = 14
        }

        /**
         * Properties of an AuthRequest.
         * @deprecated Use tickstorm.protocol.AuthRequest.$Properties instead.
         */
        interface IAuthRequest extends tickstorm.protocol.AuthRequest.$Properties {
        }

        /** Represents an AuthRequest. */
        class AuthRequest {

            /**
             * Constructs a new AuthRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.AuthRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AuthRequest username. */
            username: string;

            /** AuthRequest password. */
            password: string;

            /** AuthRequest clientId. */
            clientId: string;

            /** AuthRequest version. */
            version: string;

            /** AuthRequest features. */
            features: string[];

            /**
             * Creates a new AuthRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AuthRequest instance
             */
            static create(properties: tickstorm.protocol.AuthRequest.$Shape): tickstorm.protocol.AuthRequest & tickstorm.protocol.AuthRequest.$Shape;
            static create(properties?: tickstorm.protocol.AuthRequest.$Properties): tickstorm.protocol.AuthRequest;

            /**
             * Encodes the specified AuthRequest message. Does not implicitly {@link tickstorm.protocol.AuthRequest.verify|verify} messages.
             * @param message AuthRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.AuthRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AuthRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.AuthRequest & tickstorm.protocol.AuthRequest.$Shape} AuthRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.AuthRequest & tickstorm.protocol.AuthRequest.$Shape;
        }

        namespace AuthRequest {

            /** Properties of an AuthRequest. */
            interface $Properties {

                /** AuthRequest username */
                username?: (string|null);

                /** AuthRequest password */
                password?: (string|null);

                /** AuthRequest clientId */
                clientId?: (string|null);

                /** AuthRequest version */
                version?: (string|null);

                /** AuthRequest features */
                features?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AuthRequest. */
            type $Shape = tickstorm.protocol.AuthRequest.$Properties;
        }

        /**
         * Properties of a SubscribeRequest.
         * @deprecated Use tickstorm.protocol.SubscribeRequest.$Properties instead.
         */
        interface ISubscribeRequest extends tickstorm.protocol.SubscribeRequest.$Properties {
        }

        /** Represents a SubscribeRequest. */
        class SubscribeRequest {

            /**
             * Constructs a new SubscribeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.SubscribeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SubscribeRequest mode. */
            mode: tickstorm.protocol.SubscriptionMode;

            /** SubscribeRequest symbols. */
            symbols: string[];

            /** SubscribeRequest startTimeMs. */
            startTimeMs: number;

            /** SubscribeRequest metadata. */
            metadata: { [k: string]: string };

            /** SubscribeRequest resumeEpoch. */
            resumeEpoch: string;

            /** SubscribeRequest resumeSequence. */
            resumeSequence: number;

            /**
             * Creates a new SubscribeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SubscribeRequest instance
             */
            static create(properties: tickstorm.protocol.SubscribeRequest.$Shape): tickstorm.protocol.SubscribeRequest & tickstorm.protocol.SubscribeRequest.$Shape;
            static create(properties?: tickstorm.protocol.SubscribeRequest.$Properties): tickstorm.protocol.SubscribeRequest;

            /**
             * Encodes the specified SubscribeRequest message. Does not implicitly {@link tickstorm.protocol.SubscribeRequest.verify|verify} messages.
             * @param message SubscribeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.SubscribeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SubscribeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.SubscribeRequest & tickstorm.protocol.SubscribeRequest.$Shape} SubscribeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.SubscribeRequest & tickstorm.protocol.SubscribeRequest.$Shape;
        }

        namespace SubscribeRequest {

            /** Properties of a SubscribeRequest. */
            interface $Properties {

                /** SubscribeRequest mode */
                mode?: (tickstorm.protocol.SubscriptionMode|null);

                /** SubscribeRequest symbols */
                symbols?: (string[]|null);

                /** SubscribeRequest startTimeMs */
                startTimeMs?: (number|null);

                /** SubscribeRequest metadata */
                metadata?: ({ [k: string]: string }|null);

                /** SubscribeRequest resumeEpoch */
                resumeEpoch?: (string|null);

                /** SubscribeRequest resumeSequence */
                resumeSequence?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SubscribeRequest. */
            type $Shape = tickstorm.protocol.SubscribeRequest.$Properties;
        }

        /**
         * Properties of a HeartbeatRequest.
         * @deprecated Use tickstorm.protocol.HeartbeatRequest.$Properties instead.
         */
        interface IHeartbeatRequest extends tickstorm.protocol.HeartbeatRequest.$Properties {
        }

        /** Represents a HeartbeatRequest. */
        class HeartbeatRequest {

            /**
             * Constructs a new HeartbeatRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.HeartbeatRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatRequest timestampMs. */
            timestampMs: number;

            /** HeartbeatRequest sequence. */
            sequence: number;

            /**
             * Creates a new HeartbeatRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatRequest instance
             */
            static create(properties: tickstorm.protocol.HeartbeatRequest.$Shape): tickstorm.protocol.HeartbeatRequest & tickstorm.protocol.HeartbeatRequest.$Shape;
            static create(properties?: tickstorm.protocol.HeartbeatRequest.$Properties): tickstorm.protocol.HeartbeatRequest;

            /**
             * Encodes the specified HeartbeatRequest message. Does not implicitly {@link tickstorm.protocol.HeartbeatRequest.verify|verify} messages.
             * @param message HeartbeatRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.HeartbeatRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.HeartbeatRequest & tickstorm.protocol.HeartbeatRequest.$Shape} HeartbeatRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.HeartbeatRequest & tickstorm.protocol.HeartbeatRequest.$Shape;
        }

        namespace HeartbeatRequest {

            /** Properties of a HeartbeatRequest. */
            interface $Properties {

                /** HeartbeatRequest timestampMs */
                timestampMs?: (number|null);

                /** HeartbeatRequest sequence */
                sequence?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatRequest. */
            type $Shape = tickstorm.protocol.HeartbeatRequest.$Properties;
        }

        /**
         * Properties of a HeartbeatResponse.
         * @deprecated Use tickstorm.protocol.HeartbeatResponse.$Properties instead.
         */
        interface IHeartbeatResponse extends tickstorm.protocol.HeartbeatResponse.$Properties {
        }

        /** Represents a HeartbeatResponse. */
        class HeartbeatResponse {

            /**
             * Constructs a new HeartbeatResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.HeartbeatResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HeartbeatResponse clientTimestampMs. */
            clientTimestampMs: number;

            /** HeartbeatResponse serverTimestampMs. */
            serverTimestampMs: number;

            /** HeartbeatResponse sequence. */
            sequence: number;

            /**
             * Creates a new HeartbeatResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HeartbeatResponse instance
             */
            static create(properties: tickstorm.protocol.HeartbeatResponse.$Shape): tickstorm.protocol.HeartbeatResponse & tickstorm.protocol.HeartbeatResponse.$Shape;
            static create(properties?: tickstorm.protocol.HeartbeatResponse.$Properties): tickstorm.protocol.HeartbeatResponse;

            /**
             * Encodes the specified HeartbeatResponse message. Does not implicitly {@link tickstorm.protocol.HeartbeatResponse.verify|verify} messages.
             * @param message HeartbeatResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.HeartbeatResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HeartbeatResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.HeartbeatResponse & tickstorm.protocol.HeartbeatResponse.$Shape} HeartbeatResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.HeartbeatResponse & tickstorm.protocol.HeartbeatResponse.$Shape;
        }

        namespace HeartbeatResponse {

            /** Properties of a HeartbeatResponse. */
            interface $Properties {

                /** HeartbeatResponse clientTimestampMs */
                clientTimestampMs?: (number|null);

                /** HeartbeatResponse serverTimestampMs */
                serverTimestampMs?: (number|null);

                /** HeartbeatResponse sequence */
                sequence?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HeartbeatResponse. */
            type $Shape = tickstorm.protocol.HeartbeatResponse.$Properties;
        }

        /**
         * Properties of a Tick.
         * @deprecated Use tickstorm.protocol.Tick.$Properties instead.
         */
        interface ITick extends tickstorm.protocol.Tick.$Properties {
        }

        /** Represents a Tick. */
        class Tick {

            /**
             * Constructs a new Tick.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.Tick.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Tick symbol. */
            symbol: string;

            /** Tick timestampMs. */
            timestampMs: number;

            /** Tick price. */
            price: number;

            /** Tick volume. */
            volume: number;

            /** Tick bid. */
            bid: number;

            /** Tick ask. */
            ask: number;

            /** Tick bidSize. */
            bidSize: number;

            /** Tick askSize. */
            askSize: number;

            /** Tick mode. */
            mode: tickstorm.protocol.SubscriptionMode;

            /** Tick metadata. */
            metadata: { [k: string]: string };

            /**
             * Creates a new Tick instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Tick instance
             */
            static create(properties: tickstorm.protocol.Tick.$Shape): tickstorm.protocol.Tick & tickstorm.protocol.Tick.$Shape;
            static create(properties?: tickstorm.protocol.Tick.$Properties): tickstorm.protocol.Tick;

            /**
             * Encodes the specified Tick message. Does not implicitly {@link tickstorm.protocol.Tick.verify|verify} messages.
             * @param message Tick message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.Tick.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Tick message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.Tick & tickstorm.protocol.Tick.$Shape} Tick
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.Tick & tickstorm.protocol.Tick.$Shape;
        }

        namespace Tick {

            /** Properties of a Tick. */
            interface $Properties {

                /** Tick symbol */
                symbol?: (string|null);

                /** Tick timestampMs */
                timestampMs?: (number|null);

                /** Tick price */
                price?: (number|null);

                /** Tick volume */
                volume?: (number|null);

                /** Tick bid */
                bid?: (number|null);

                /** Tick ask */
                ask?: (number|null);

                /** Tick bidSize */
                bidSize?: (number|null);

                /** Tick askSize */
                askSize?: (number|null);

                /** Tick mode */
                mode?: (tickstorm.protocol.SubscriptionMode|null);

                /** Tick metadata */
                metadata?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Tick. */
            type $Shape = tickstorm.protocol.Tick.$Properties;
        }

        /**
         * Properties of a DataBatch.
         * @deprecated Use tickstorm.protocol.DataBatch.$Properties instead.
         */
        interface IDataBatch extends tickstorm.protocol.DataBatch.$Properties {
        }

        /** Represents a DataBatch. */
        class DataBatch {

            /**
             * Constructs a new DataBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.DataBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DataBatch ticks. */
            ticks: tickstorm.protocol.Tick.$Properties[];

            /** DataBatch batchTimestampMs. */
            batchTimestampMs: number;

            /** DataBatch batchSequence. */
            batchSequence: number;

            /** DataBatch isSnapshot. */
            isSnapshot: boolean;

            /** DataBatch streamSequence. */
            streamSequence: number;

            /** DataBatch epoch. */
            epoch: string;

            /** DataBatch sequenceDeltas. */
            sequenceDeltas: number[];

            /** DataBatch previousSequence. */
            previousSequence: number;

            /** DataBatch omitted. */
            omitted: number;

            /**
             * Creates a new DataBatch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DataBatch instance
             */
            static create(properties: tickstorm.protocol.DataBatch.$Shape): tickstorm.protocol.DataBatch & tickstorm.protocol.DataBatch.$Shape;
            static create(properties?: tickstorm.protocol.DataBatch.$Properties): tickstorm.protocol.DataBatch;

            /**
             * Encodes the specified DataBatch message. Does not implicitly {@link tickstorm.protocol.DataBatch.verify|verify} messages.
             * @param message DataBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.DataBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DataBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.DataBatch & tickstorm.protocol.DataBatch.$Shape} DataBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.DataBatch & tickstorm.protocol.DataBatch.$Shape;
        }

        namespace DataBatch {

            /** Properties of a DataBatch. */
            interface $Properties {

                /** DataBatch ticks */
                ticks?: (tickstorm.protocol.Tick.$Properties[]|null);

                /** DataBatch batchTimestampMs */
                batchTimestampMs?: (number|null);

                /** DataBatch batchSequence */
                batchSequence?: (number|null);

                /** DataBatch isSnapshot */
                isSnapshot?: (boolean|null);

                /** DataBatch streamSequence */
                streamSequence?: (number|null);

                /** DataBatch epoch */
                epoch?: (string|null);

                /** DataBatch sequenceDeltas */
                sequenceDeltas?: (number[]|null);

                /** DataBatch previousSequence */
                previousSequence?: (number|null);

                /** DataBatch omitted */
                omitted?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DataBatch. */
            type $Shape = tickstorm.protocol.DataBatch.$Properties;
        }

        /**
         * Properties of an ErrorResponse.
         * @deprecated Use tickstorm.protocol.ErrorResponse.$Properties instead.
         */
        interface IErrorResponse extends tickstorm.protocol.ErrorResponse.$Properties {
        }

        /** Represents an ErrorResponse. */
        class ErrorResponse {

            /**
             * Constructs a new ErrorResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.ErrorResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ErrorResponse code. */
            code: tickstorm.protocol.ErrorCode;

            /** ErrorResponse message. */
            message: string;

            /** ErrorResponse details. */
            details: string;

            /** ErrorResponse timestampMs. */
            timestampMs: number;

            /** ErrorResponse earliestSequence. */
            earliestSequence: number;

            /** ErrorResponse epoch. */
            epoch: string;

            /**
             * Creates a new ErrorResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ErrorResponse instance
             */
            static create(properties: tickstorm.protocol.ErrorResponse.$Shape): tickstorm.protocol.ErrorResponse & tickstorm.protocol.ErrorResponse.$Shape;
            static create(properties?: tickstorm.protocol.ErrorResponse.$Properties): tickstorm.protocol.ErrorResponse;

            /**
             * Encodes the specified ErrorResponse message. Does not implicitly {@link tickstorm.protocol.ErrorResponse.verify|verify} messages.
             * @param message ErrorResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.ErrorResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ErrorResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.ErrorResponse & tickstorm.protocol.ErrorResponse.$Shape} ErrorResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.ErrorResponse & tickstorm.protocol.ErrorResponse.$Shape;
        }

        namespace ErrorResponse {

            /** Properties of an ErrorResponse. */
            interface $Properties {

                /** ErrorResponse code */
                code?: (tickstorm.protocol.ErrorCode|null);

                /** ErrorResponse message */
                message?: (string|null);

                /** ErrorResponse details */
                details?: (string|null);

                /** ErrorResponse timestampMs */
                timestampMs?: (number|null);

                /** ErrorResponse earliestSequence */
                earliestSequence?: (number|null);

                /** ErrorResponse epoch */
                epoch?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ErrorResponse. */
            type $Shape = tickstorm.protocol.ErrorResponse.$Properties;
        }

        /**
         * Properties of an AckResponse.
         * @deprecated Use tickstorm.protocol.AckResponse.$Properties instead.
         */
        interface IAckResponse extends tickstorm.protocol.AckResponse.$Properties {
        }

        /** Represents an AckResponse. */
        class AckResponse {

            /**
             * Constructs a new AckResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.AckResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AckResponse ackType. */
            ackType: tickstorm.protocol.MessageType;

            /** AckResponse success. */
            success: boolean;

            /** AckResponse message. */
            message: string;

            /** AckResponse timestampMs. */
            timestampMs: number;

            /** AckResponse metadata. */
            metadata: { [k: string]: string };

            /**
             * Creates a new AckResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AckResponse instance
             */
            static create(properties: tickstorm.protocol.AckResponse.$Shape): tickstorm.protocol.AckResponse & tickstorm.protocol.AckResponse.$Shape;
            static create(properties?: tickstorm.protocol.AckResponse.$Properties): tickstorm.protocol.AckResponse;

            /**
             * Encodes the specified AckResponse message. Does not implicitly {@link tickstorm.protocol.AckResponse.verify|verify} messages.
             * @param message AckResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.AckResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AckResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.AckResponse & tickstorm.protocol.AckResponse.$Shape} AckResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.AckResponse & tickstorm.protocol.AckResponse.$Shape;
        }

        namespace AckResponse {

            /** Properties of an AckResponse. */
            interface $Properties {

                /** AckResponse ackType */
                ackType?: (tickstorm.protocol.MessageType|null);

                /** AckResponse success */
                success?: (boolean|null);

                /** AckResponse message */
                message?: (string|null);

                /** AckResponse timestampMs */
                timestampMs?: (number|null);

                /** AckResponse metadata */
                metadata?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AckResponse. */
            type $Shape = tickstorm.protocol.AckResponse.$Properties;
        }

        /**
         * Properties of a GoAway.
         * @deprecated Use tickstorm.protocol.GoAway.$Properties instead.
         */
        interface IGoAway extends tickstorm.protocol.GoAway.$Properties {
        }

        /** Represents a GoAway. */
        class GoAway {

            /**
             * Constructs a new GoAway.
             * @param [properties] Properties to set
             */
            constructor(properties?: tickstorm.protocol.GoAway.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GoAway reason. */
            reason: string;

            /** GoAway reconnectWithinMs. */
            reconnectWithinMs: number;

            /** GoAway deadlineMs. */
            deadlineMs: number;

            /**
             * Creates a new GoAway instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GoAway instance
             */
            static create(properties: tickstorm.protocol.GoAway.$Shape): tickstorm.protocol.GoAway & tickstorm.protocol.GoAway.$Shape;
            static create(properties?: tickstorm.protocol.GoAway.$Properties): tickstorm.protocol.GoAway;

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link tickstorm.protocol.GoAway.verify|verify} messages.
             * @param message GoAway message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: tickstorm.protocol.GoAway.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {tickstorm.protocol.GoAway & tickstorm.protocol.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): tickstorm.protocol.GoAway & tickstorm.protocol.GoAway.$Shape;
        }

        namespace GoAway {

            /** Properties of a GoAway. */
            interface $Properties {

                /** GoAway reason */
                reason?: (string|null);

                /** GoAway reconnectWithinMs */
                reconnectWithinMs?: (number|null);

                /** GoAway deadlineMs */
                deadlineMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GoAway. */
            type $Shape = tickstorm.protocol.GoAway.$Properties;
        }
    }
}
