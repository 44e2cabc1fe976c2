package main

import (
	"encoding/json"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The names that stand in the templates for an instance's own.
const (
	nameInTemplate      = "template-name"
	namespaceInTemplate = "template-namespace"
)

// templates are the objects of an instance, as our builders made them, with names to be filled in.
type templates struct {
	owned   []string
	shared  []string
	decoder runtime.Decoder
}

func readTemplates(text string, scheme *runtime.Scheme) (*templates, error) {
	var read struct{ Owned, Shared []json.RawMessage }
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return nil, fmt.Errorf("TEMPLATES: %w", err)
	}
	texts := func(messages []json.RawMessage) []string {
		var out []string
		for _, message := range messages {
			out = append(out, string(message))
		}
		return out
	}
	decoder := serializer.NewCodecFactory(scheme).UniversalDeserializer()
	return &templates{texts(read.Owned), texts(read.Shared), decoder}, nil
}

// render gives an instance's own objects.
func (t *templates) render(namespace, name string) ([]client.Object, error) {
	return t.decode(t.owned, strings.NewReplacer(namespaceInTemplate, namespace, nameInTemplate, name))
}

// renderShared gives the objects of a namespace, sized for one instance.
func (t *templates) renderShared(namespace string) ([]client.Object, error) {
	return t.decode(t.shared, strings.NewReplacer(namespaceInTemplate, namespace))
}

func (t *templates) decode(texts []string, names *strings.Replacer) ([]client.Object, error) {
	objects := make([]client.Object, 0, len(texts))
	for _, text := range texts {
		object, _, err := t.decoder.Decode([]byte(names.Replace(text)), nil, nil)
		if err != nil {
			return nil, err
		}
		if deployment, ok := object.(*appsv1.Deployment); ok {
			fillInDefaults(deployment)
		}
		objects = append(objects, object.(client.Object))
	}
	return objects, nil
}

// fillInDefaults sets numbers that the API server would fill in: DeepDerivative takes a zero for a declared one, and
// the Deployment would be updated for ever.
func fillInDefaults(deployment *appsv1.Deployment) {
	for i := range deployment.Spec.Template.Spec.Containers {
		container := &deployment.Spec.Template.Spec.Containers[i]
		for _, probe := range []*corev1.Probe{container.StartupProbe, container.ReadinessProbe, container.LivenessProbe} {
			if probe != nil {
				probe.SuccessThreshold = 1
			}
		}
	}
}
